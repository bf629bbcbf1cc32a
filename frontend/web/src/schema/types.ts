/** What GET /schema answers: the resources of the server and the rules of their fields, in Cerberus's words. */
export interface ApiSchema {
  readonly resources: Readonly<Record<string, Resource>>;
  /** Not the server's word but ours: it does not answer now, this is what it said last. */
  readonly isRemembered?: true;
}

export type Method = 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE';

export interface Resource {
  readonly title: string;
  readonly item_title: string;
  /** Path under the API's base. */
  readonly href: string;
  readonly resource_methods: readonly Method[];
  readonly item_methods: readonly Method[];
  readonly id_field: string;
  readonly pagination_default: number;
  readonly pagination_limit: number;
  readonly allow_unknown: boolean;
  readonly additional_lookup?: { readonly field: string; readonly url: string };
  readonly schema: Fields;
}

export type Fields = Readonly<Record<string, Rules>>;

export type TypeName =
  | 'string'
  | 'boolean'
  | 'integer'
  | 'float'
  | 'number'
  | 'datetime'
  | 'dict'
  | 'list'
  | 'objectid'
  | 'point';

export interface Rules {
  /** Several when the field takes several; none when it takes anything. */
  readonly type?: TypeName | readonly TypeName[];
  readonly required?: boolean;
  readonly nullable?: boolean;
  readonly readonly?: boolean;
  readonly unique?: boolean;
  readonly default?: unknown;
  readonly allowed?: readonly unknown[];
  readonly min?: number | string;
  readonly max?: number | string;
  readonly minlength?: number;
  readonly maxlength?: number;
  readonly data_relation?: { readonly resource: string; readonly field: string };
  /** Of a dict: its fields by name. Of a list: the rules of each item. */
  readonly schema?: Fields | Rules;
}
