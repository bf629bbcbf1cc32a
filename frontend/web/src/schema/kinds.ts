import type { Fields, Rules, TypeName } from './types';

/** How a field is shown and edited: its one type, or "json" where the rules do not tell enough. */
export type Kind = Exclude<TypeName, 'float'> | 'choice' | 'reference' | 'json';

/** The rules of a dict's fields, where the schema has them. */
export function fieldsOf(rules: Rules): Fields | undefined {
  return rules.type === 'dict' && rules.schema ? (rules.schema as Fields) : undefined;
}

/** The rules of a list's items; `allowed` of the list is about each of them. */
export function itemRulesOf(rules: Rules): Rules | undefined {
  if (rules.type !== 'list' || !rules.schema) return undefined;
  const items = rules.schema as Rules;
  return rules.allowed && !items.allowed ? { ...items, allowed: rules.allowed } : items;
}

export function kindOf(rules: Rules): Kind {
  const { type } = rules;
  if (typeof type !== 'string') return 'json';
  if (type === 'list') return itemRulesOf(rules) ? 'list' : 'json';
  if (type === 'dict') return fieldsOf(rules) ? 'dict' : 'json';
  if (rules.allowed && type !== 'point') return 'choice';
  if (rules.data_relation) return 'reference';
  return type === 'float' ? 'number' : type;
}

/** Whether the text may be long: an area to write in, and no column of a list. */
export const isLongText = (rules: Rules): boolean => rules.type === 'string' && (rules.maxlength ?? 0) > 200;

/** The field that names a document to people: its first short string, one that every document has if possible. */
export function labelField(fields: Fields): string | undefined {
  const strings = Object.entries(fields).filter(([, rules]) => rules.type === 'string' && !rules.allowed && !isLongText(rules));
  return (strings.find(([, rules]) => rules.required) ?? strings[0])?.[0];
}

/** Where no text names a document, its first date that is always there tells it from others. */
export const labelDateField = (fields: Fields): string | undefined =>
  Object.entries(fields).find(([, rules]) => rules.type === 'datetime' && rules.required)?.[0];

const DATES: Fields = { _updated: { type: 'datetime', readonly: true }, _created: { type: 'datetime', readonly: true } };

/** The fields of every document: those of the schema, then the server's own dates. */
export const withDates = (fields: Fields): Fields => ({ ...fields, ...DATES });

/** Members of a document that the server sets. */
export const META: readonly string[] = ['_id', '_etag', '_created', '_updated', '_links', '_status'];
