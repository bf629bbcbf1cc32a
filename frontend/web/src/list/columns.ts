import { isLongText, kindOf, labelField, withDates } from '../schema/kinds';
import type { Fields, Rules } from '../schema/types';

export interface Column {
  readonly field: string;
  readonly rules: Rules;
  readonly isSortable: boolean;
}

/** As many as a wide window shows without scrolling. */
const MOST = 6;

/** How much a column tells at a glance: lower is better. */
function weight(rules: Rules): number {
  const kind = kindOf(rules);
  if (kind === 'json' || kind === 'dict') return 6;
  if (kind === 'point') return 4;
  if (isLongText(rules)) return 3;
  if (kind === 'list') return 2;
  return rules.required ? 0 : 1;
}

/** The name first, then what tells most, in the schema's order; when it was changed if there is room. */
export function columnsOf(fields: Fields): Column[] {
  const label = labelField(fields);
  const ranked = Object.entries(fields)
    .map(([field, rules], order) => ({ field, rules, order, rank: field === label ? -1 : weight(rules) }))
    .filter(({ rank }) => rank < 5)
    .toSorted((a, b) => a.rank - b.rank || a.order - b.order)
    .slice(0, MOST)
    .toSorted((a, b) => Math.min(a.rank, 0) - Math.min(b.rank, 0) || a.order - b.order);
  const updated = { field: '_updated', rules: withDates({})['_updated'] ?? {} };
  const chosen = ranked.length < MOST ? [...ranked, updated] : ranked;
  return chosen.map(({ field, rules }) => ({ field, rules, isSortable: isSortable(rules) }));
}

/** A list or a sub-document has no order that people would expect. */
function isSortable(rules: Rules): boolean {
  return !['list', 'dict', 'json', 'point'].includes(kindOf(rules));
}

/** The sort after a press on @field's header: ascending, descending, as it comes. */
export function nextSort(sort: string | undefined, field: string): string | undefined {
  if (sort === field) return `-${field}`;
  return sort === `-${field}` ? undefined : field;
}
