import { fieldsOf, itemRulesOf, kindOf, withDates } from '../schema/kinds';
import { startsWith } from '../schema/prefix';
import type { Fields, Rules } from '../schema/types';

export type Operator = 'is' | 'not' | 'in' | 'starts' | 'from' | 'after' | 'to' | 'before';

export interface Filter {
  /** Path of the field, dots between names. */
  readonly field: string;
  readonly operator: Operator;
  /** As typed in the address; several for "in". */
  readonly values: readonly string[];
}

export const OPERATOR_WORDS: Readonly<Record<Operator, string>> = {
  is: 'is',
  not: 'is not',
  in: 'is one of',
  starts: 'starts with',
  from: 'is at least',
  after: 'is more than',
  to: 'is at most',
  before: 'is less than',
};

const DATE_WORDS: Partial<Record<Operator, string>> = { from: 'is at or after', after: 'is after', to: 'is at or before', before: 'is before' };

export const operatorWords = (operator: Operator, rules: Rules): string =>
  (rules.type === 'datetime' ? DATE_WORDS[operator] : undefined) ?? OPERATOR_WORDS[operator];

/** The operators that fit @rules; none when the field cannot be asked for. */
export function operatorsOf(rules: Rules): readonly Operator[] {
  switch (kindOf(rules)) {
    case 'string':
      return ['is', 'starts', 'in', 'not'];
    case 'choice':
    case 'objectid':
    case 'reference':
      return ['is', 'in', 'not'];
    case 'integer':
    case 'number':
      return ['is', 'from', 'to', 'after', 'before', 'in', 'not'];
    case 'datetime':
      return ['from', 'before', 'after', 'to'];
    case 'boolean':
      return ['is'];
    default:
      return [];
  }
}

/** Every field that can be asked for by its path, those of sub-documents and of lists of them included. */
export function filterable(fields: Fields): Fields {
  const found: Record<string, Rules> = {};
  const walk = (inside: Fields, prefix: string) => {
    for (const [name, rules] of Object.entries(inside)) collect(rules, `${prefix}${name}`);
  };
  const collect = (rules: Rules, path: string) => {
    const below = fieldsOf(rules);
    const items = itemRulesOf(rules);
    if (below) walk(below, `${path}.`);
    else if (items) collect(items, path);
    else if (operatorsOf(rules).length > 0) found[path] = rules;
  };
  walk(withDates(fields), '');
  return found;
}

/** `name:starts:Pix`; "one of" has a comma between values, and %2C for one inside a value. */
export function filterText({ field, operator, values }: Filter): string {
  const list = values.map((value) => value.replaceAll('%', '%25').replaceAll(',', '%2C'));
  return `${field}:${operator}:${operator === 'in' ? list.join(',') : (values[0] ?? '')}`;
}

/** Undefined when @text is not a filter that @fields have. */
export function parseFilter(text: string, fields: Fields): Filter | undefined {
  const [, field = '', operator = '', rest = ''] = /^([^:]+):([^:]+):(.*)$/s.exec(text) ?? [];
  const rules = fields[field];
  if (!rules || !operatorsOf(rules).includes(operator as Operator)) return undefined;
  const list = rest.split(',').map((value) => value.replaceAll('%2C', ',').replaceAll('%25', '%'));
  const values = operator === 'in' ? list : [rest];
  return values.every((value) => valueOf(rules, value) !== undefined)
    ? { field, operator: operator as Operator, values }
    : undefined;
}

/** @text as the API takes it; undefined when it does not fit the type. */
export function valueOf(rules: Rules, text: string): unknown {
  switch (rules.type) {
    case 'integer':
    case 'float':
    case 'number':
      return text.trim() === '' || Number.isNaN(Number(text)) ? undefined : Number(text);
    case 'boolean':
      return text === 'true' ? true : text === 'false' ? false : undefined;
    case 'datetime':
      return Number.isNaN(Date.parse(text)) ? undefined : text;
    case 'objectid':
      return /^[0-9a-f]{24}$/i.test(text) ? text : undefined;
    default:
      return text;
  }
}

function condition({ operator, values }: Filter, rules: Rules): Record<string, unknown> {
  const [first = ''] = values;
  const value = valueOf(rules, first);
  switch (operator) {
    case 'is':
      return { $in: [value] };
    case 'in':
      return { $in: values.map((one) => valueOf(rules, one)) };
    case 'not':
      return { $ne: value };
    case 'starts':
      return startsWith(first);
    case 'from':
      return { $gte: value };
    case 'after':
      return { $gt: value };
    case 'to':
      return { $lte: value };
    case 'before':
      return { $lt: value };
  }
}

/** The filters as the API's `where`. */
export function whereOf(filters: readonly Filter[], fields: Fields): Record<string, unknown> {
  const where: Record<string, Record<string, unknown>> = {};
  for (const filter of filters) {
    where[filter.field] = { ...where[filter.field], ...condition(filter, fields[filter.field] ?? {}) };
  }
  return Object.fromEntries(Object.entries(where).map(([field, all]) => [field, simplified(all)]));
}

/** {"$in":[x]} alone is x: what a person would write. */
function simplified(all: Record<string, unknown>): unknown {
  const { $in: choices } = all;
  const isOne = Object.keys(all).length === 1 && Array.isArray(choices) && choices.length === 1;
  return isOne ? (choices[0] as unknown) : all;
}

/** Which operators of a field would contradict each other by writing the same condition twice. */
const SLOTS: Readonly<Record<Operator, string>> = {
  is: 'in', in: 'in', not: 'not', starts: 'range', from: 'from', after: 'after', to: 'to', before: 'before',
};

/** @filters with @added, in place of one that says the same thing of the same field. */
export function withFilter(filters: readonly Filter[], added: Filter): Filter[] {
  const slot = (filter: Filter) => `${filter.field}:${SLOTS[filter.operator]}`;
  return [...filters.filter((filter) => slot(filter) !== slot(added)), added];
}
