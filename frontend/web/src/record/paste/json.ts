import { type Candidate, columnOf } from './candidate';

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function candidate(item: unknown, index: number): Candidate {
  const found: Candidate = { line: index + 1, source: JSON.stringify(item) ?? '' };
  if (!isObject(item)) return { ...found, reason: 'is not an object with id and rssi' };
  for (const [name, value] of Object.entries(item)) {
    const column = columnOf(name);
    if (column && column !== 'percent' && value !== null && value !== undefined) found[column] ??= String(value);
  }
  return found;
}

/** A list of objects, one alone, or `{"readings": [...]}`; undefined: this is not JSON. */
export function readJson(text: string): Candidate[] | undefined {
  if (!/^\s*[[{]/.test(text)) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    const reason = `is not JSON: ${error instanceof Error ? error.message : String(error)}`;
    return [{ line: 1, source: text.trim(), reason }];
  }
  const inner = isObject(value) && Array.isArray(value['readings']) ? value['readings'] : value;
  return (Array.isArray(inner) ? inner : [inner]).map(candidate);
}
