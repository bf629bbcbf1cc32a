import { type Candidate, type Column, columnOf, percentToDbm } from './candidate';
import { withoutUnits } from './units';

interface Span {
  column: Column | undefined;
  from: number;
  to: number;
}

const HEADING = /\bBSSID\b.*\bSIGNAL\b|\bSIGNAL\b.*\bBSSID\b/;

/** Where each heading begins is where its column begins: names of networks may hold spaces. */
function spans(heading: string): Span[] {
  const starts = [...heading.matchAll(/\S+/g)].map((match) => ({ name: match[0], from: match.index }));
  return starts.map(({ name, from }, i) => ({
    column: name === 'SIGNAL' ? 'percent' : columnOf(name),
    from,
    to: starts[i + 1]?.from ?? Number.POSITIVE_INFINITY,
  }));
}

export interface Table {
  heading: string;
  candidates: Candidate[];
  /** Signals were in per cent. */
  isPercent: boolean;
}

/** The table of `nmcli device wifi list` or `nmcli -f BSSID,SIGNAL,FREQ ...`; undefined: this is none. */
export function readTable(text: string): Table | undefined {
  const lines = text.split(/\r?\n/);
  const first = lines.findIndex((line) => line.trim() !== '');
  const heading = lines[first] ?? '';
  if (!HEADING.test(heading) || heading.includes(',') || heading.includes('\t')) return undefined;
  const columns = spans(heading);
  const candidates: Candidate[] = [];
  let isPercent = false;
  for (const [index, line] of lines.entries()) {
    if (index <= first || line.trim() === '') continue;
    const found: Candidate = { line: index + 1, source: line, kind: 'wifi' };
    for (const { column, from, to } of columns) {
      // Wide letters in the name of a network shift what follows: a part of a number is none.
      if (/\S/.test(line[from - 1] ?? ' ')) found.reason = 'does not stand below its headings';
      const cell = withoutUnits(line.slice(from, to).trim());
      if (cell === '' || column === undefined) continue;
      if (column !== 'percent') found[column] = cell;
      else {
        isPercent ||= !cell.startsWith('-');
        found.rssi = signal(cell);
      }
    }
    candidates.push(found);
  }
  return { heading, candidates, isPercent };
}

export const signal = (cell: string): string => (/^\d+$/.test(cell) ? String(percentToDbm(Number(cell))) : cell);

const TERSE = /^((?:[0-9a-f]{2}\\:){5}[0-9a-f]{2}):(\d{1,3})(?::(\d+)(?: MHz)?)?$/i;

/** A line of `nmcli -t -f BSSID,SIGNAL,FREQ ...`, where colons of the address are escaped. */
export function readTerse(line: string): Omit<Candidate, 'line' | 'source'> | undefined {
  const [, id, percent = '', frequency] = TERSE.exec(line.trim()) ?? [];
  return id === undefined
    ? undefined
    : { kind: 'wifi', id: id.replaceAll('\\', ''), rssi: signal(percent), frequency };
}
