import { formatValue } from '../schema/format';
import { kindOf } from '../schema/kinds';
import { type Labels, relationOf, shortId } from '../schema/references';
import type { ApiSchema, Rules } from '../schema/types';
import { Time } from '../ui/Time';

interface CellProps {
  schema: ApiSchema;
  rules: Rules;
  value: unknown;
  labels: Labels;
}

/** A value at a glance. */
export function Cell({ schema, rules, value, labels }: CellProps) {
  if (value === undefined || value === null || value === '') return <span className="muted">–</span>;
  const relation = relationOf(schema, rules);
  if (relation) return <>{labels(relation, value) ?? shortId(value)}</>;
  if (rules.type === 'datetime') return <Time value={value} isBrief />;
  if (kindOf(rules) === 'choice') return <span className="tag">{String(value)}</span>;
  return <>{formatValue(rules, value)}</>;
}
