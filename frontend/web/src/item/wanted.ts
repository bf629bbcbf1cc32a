import { fieldsOf, itemRulesOf } from '../schema/kinds';
import { type Wanted, relationOf } from '../schema/references';
import type { ApiSchema, Fields, Rules } from '../schema/types';

/** Every reference inside @doc, however deep. */
export function wantedOf(schema: ApiSchema, fields: Fields, doc: Readonly<Record<string, unknown>>): Wanted[] {
  return Object.entries(fields).flatMap(([name, rules]) => wantedIn(schema, rules, doc[name]));
}

function wantedIn(schema: ApiSchema, rules: Rules, value: unknown): Wanted[] {
  if (value === undefined || value === null) return [];
  const relation = relationOf(schema, rules);
  if (relation) return [{ relation, values: [value] }];
  const below = fieldsOf(rules);
  if (below && typeof value === 'object') return wantedOf(schema, below, value as Record<string, unknown>);
  const items = itemRulesOf(rules);
  return items && Array.isArray(value) ? value.flatMap((one) => wantedIn(schema, items, one)) : [];
}
