import { type Reading, type ReadingRules, kindsOf, parseRow } from '../reading';
import { type Candidate, MAC } from './candidate';
import { readJson } from './json';
import { readLines } from './lines';
import { readScan } from './scan';
import { readTable } from './table';
import { rounded } from './units';

export interface BadLine {
  line: number;
  source: string;
  reason: string;
}

export interface Paste {
  readings: Reading[];
  bad: BadLine[];
  /** Signals came in per cent and were turned into dBm. */
  isPercent: boolean;
  /** The text without what was understood: what stays in the box, to be corrected. */
  rest: string;
}

interface Found {
  candidates: Candidate[];
  heading?: string;
  isPercent?: boolean;
  isJson?: boolean;
}

const NAMES = { kind: 'kind', id: 'id', rssi: 'rssi', frequency: 'frequency' } as const;

/** An address with no kind is Wi-Fi's, as scans print them. */
function kindOf({ kind, id = '' }: Candidate, kinds: readonly string[]): string {
  if (kind) return kind.toLowerCase();
  return MAC.test(id) && kinds.includes('wifi') ? 'wifi' : '';
}

function check(candidate: Candidate, rules: ReadingRules): Reading | BadLine {
  const { line, source, reason, id = '', rssi = '', frequency = '' } = candidate;
  if (reason !== undefined) return { line, source, reason };
  const row = {
    kind: kindOf(candidate, kindsOf(rules)),
    id: MAC.test(id) ? id.toLowerCase() : id,
    rssi: rounded(rssi),
    frequency: rounded(frequency),
  };
  const { reading, problems } = parseRow(row, rules);
  const told = Object.entries(problems).map(([field, text]) => `${NAMES[field as keyof typeof NAMES]} ${text}`);
  return told.length > 0 ? { line, source, reason: told.join('; ') } : reading;
}

const isBad = (checked: Reading | BadLine): checked is BadLine => 'reason' in checked;

function find(text: string, kinds: readonly string[]): Found {
  const json = readJson(text);
  if (json) return { candidates: json, isJson: true };
  const scan = readScan(text);
  return scan ? { candidates: scan } : (readTable(text) ?? readLines(text, kinds));
}

function restOf(bad: readonly BadLine[], { heading, isJson }: Found): string {
  if (bad.length === 0) return '';
  const sources = bad.map((line) => line.source);
  if (isJson) return sources.length === 1 ? sources.join('') : `[${sources.join(',\n')}]`;
  return (heading === undefined ? sources : [heading, ...sources]).join('\n');
}

/** Reads what was pasted, in whichever of the known forms it is; every line that is no reading is named. */
export function readPaste(text: string, rules: ReadingRules, hasAlready = 0): Paste {
  const found = find(text, kindsOf(rules));
  const most = (rules.list.maxlength ?? Number.POSITIVE_INFINITY) - hasAlready;
  const readings: Reading[] = [];
  const bad: BadLine[] = [];
  for (const candidate of found.candidates) {
    const checked = check(candidate, rules);
    if (isBad(checked)) bad.push(checked);
    else if (readings.length < most) readings.push(checked);
    else {
      const reason = `is one too many: a fingerprint holds at most ${rules.list.maxlength} readings`;
      bad.push({ line: candidate.line, source: candidate.source, reason });
    }
  }
  return { readings, bad, isPercent: found.isPercent ?? false, rest: restOf(bad, found) };
}
