import type { Fields, Resource, Rules } from '../schema/types';
import { readNumber, readText } from './limits';

/** One transmitter that was heard, as it is stored. */
export interface Reading {
  kind?: string;
  id?: string;
  rssi?: number;
  frequency?: number;
}

export const READING_FIELDS = ['kind', 'id', 'rssi', 'frequency'] as const;
export type ReadingField = (typeof READING_FIELDS)[number];

/** A reading as it is typed. @key names the row on the page. */
export interface Row extends Record<ReadingField, string> {
  key: number;
}

/** What the schema says about readings: how many, and each of their fields (absent: the domain has no such field). */
export interface ReadingRules {
  list: Rules;
  fields: Partial<Record<ReadingField, Rules>>;
}

export function readingRules(fingerprints: Resource): ReadingRules {
  const list = fingerprints.schema['readings'] ?? {};
  const item = (list.schema ?? {}) as Rules;
  const fields = (item.schema ?? {}) as Fields;
  return { list, fields: Object.fromEntries(READING_FIELDS.filter((f) => fields[f]).map((f) => [f, fields[f]])) };
}

export const kindsOf = (rules: ReadingRules): string[] => (rules.fields.kind?.allowed ?? []).map(String);

/** "67" where nothing above zero is allowed can only mean −67: phones' number keys often lack the minus. */
function withMinus(text: string, rules: Rules): string {
  const isUnsigned = /^\s*\d/.test(text) && Number(text) > 0;
  return isUnsigned && typeof rules.max === 'number' && rules.max <= 0 ? `-${text.trim()}` : text;
}

export interface ParsedRow {
  reading: Reading;
  problems: Partial<Record<ReadingField, string>>;
}

export function parseRow(row: Omit<Row, 'key'>, rules: ReadingRules): ParsedRow {
  const { kind, id, rssi, frequency } = rules.fields;
  const parsed = {
    kind: kind && readText(row.kind, kind),
    id: id && readText(row.id, id),
    rssi: rssi && readNumber(withMinus(row.rssi, rssi), rssi),
    frequency: frequency && readNumber(row.frequency, frequency),
  };
  const reading: Record<string, unknown> = {};
  const problems: ParsedRow['problems'] = {};
  for (const field of READING_FIELDS) {
    const { value, problem } = parsed[field] ?? {};
    if (problem !== undefined) problems[field] = problem;
    else if (value !== undefined) reading[field] = value;
  }
  return { reading: reading as Reading, problems };
}

const text = (value: unknown): string => (value === undefined ? '' : String(value));

export const rowOf = (reading: Reading, key: number): Row => ({
  key,
  kind: text(reading.kind),
  id: text(reading.id),
  rssi: text(reading.rssi),
  frequency: text(reading.frequency),
});

/** "wifi aa:bb:cc:dd:ee:ff, −67 dBm, 2412 MHz" */
export function describeReading({ kind, id, rssi, frequency }: Reading): string {
  const name = [kind, id].filter(Boolean).join(' ');
  const level = rssi === undefined ? '' : `${String(rssi).replace('-', '−')}\u00a0dBm`;
  return [name, level, frequency === undefined ? '' : `${frequency}\u00a0MHz`].filter(Boolean).join(', ');
}
