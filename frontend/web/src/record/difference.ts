import type { Fields, Rules } from '../schema/types';

type Values = Readonly<Record<string, unknown>>;

const isValues = (value: unknown): value is Values =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function isSameInstant(a: unknown, b: unknown): boolean {
  return typeof a === 'string' && typeof b === 'string' && Date.parse(a) === Date.parse(b);
}

/** Whether the server, storing @sent under @rules, would show @stored. */
function isSame(sent: unknown, stored: unknown, rules: Rules = {}): boolean {
  if (sent === undefined && rules.default !== undefined) return isSame(rules.default, stored, rules);
  if (sent === stored) return true;
  if (rules.type === 'datetime') return isSameInstant(sent, stored);
  if (Array.isArray(sent) && Array.isArray(stored)) {
    return sent.length === stored.length && sent.every((one, i) => isSame(one, stored[i], rules.schema as Rules));
  }
  if (isValues(sent) && isValues(stored)) return differences(sent, stored, rules.schema as Fields).length === 0;
  return false;
}

/** The fields in which a stored document is not what was sent; what the server adds (`_etag`, defaults) is none. */
export function differences(sent: Values, stored: Values, fields: Fields = {}): string[] {
  const names = new Set([...Object.keys(sent), ...Object.keys(stored)].filter((name) => !name.startsWith('_')));
  return [...names].filter((name) => !isSame(sent[name], stored[name], fields[name]));
}
