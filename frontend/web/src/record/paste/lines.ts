import { type Candidate, type Column, columnOf } from './candidate';
import { readTerse } from './table';
import { withoutUnits } from './units';

/** Cells of a line: by tab, semicolon or comma, where there is one ("quoted" ones may hold it); else by spaces. */
export function splitLine(line: string): string[] {
  const separator = ['\t', ';', ','].find((one) => line.includes(one));
  if (!separator) return line.trim().split(/\s+/);
  const cells: string[] = [''];
  let isQuoted = false;
  for (const character of line) {
    if (character === '"') isQuoted = !isQuoted;
    else if (character === separator && !isQuoted) cells.push('');
    else cells[cells.length - 1] += character;
  }
  return cells.map((cell) => cell.trim());
}

/** The columns that a heading names; undefined: this line is no heading. */
function headingOf(line: string): (Column | undefined)[] | undefined {
  if (/-\d|\d{3}/.test(line)) return undefined;
  const cells = / \/ /.test(line) ? line.split(' / ') : splitLine(line);
  const columns = cells.map(columnOf);
  return columns.includes('id') && columns.includes('rssi') ? columns : undefined;
}

type Cells = Omit<Candidate, 'line' | 'source'>;

function byHeading(cells: readonly string[], columns: readonly (Column | undefined)[]): Cells {
  const found: Cells = {};
  for (const [i, column] of columns.entries()) {
    const cell = cells[i];
    if (column && column !== 'percent' && cell) found[column] = cell;
  }
  return found;
}

/** [kind] id rssi [frequency], the last two in either order: a level is below zero, a frequency is not. */
function byPlace(cells: readonly string[], kinds: readonly string[]): Cells {
  const hasKind = kinds.includes((cells[0] ?? '').toLowerCase());
  const kind = hasKind ? cells[0]?.toLowerCase() : undefined;
  const [id, one, two, ...rest] = hasKind ? cells.slice(1) : cells;
  const surplus = rest.filter(Boolean);
  if (surplus.length > 0) return { reason: `has more than kind, id, rssi and frequency: ${surplus.join(' ')}` };
  const isSwapped = Number(one) > 0 && Number(two) < 0;
  return isSwapped ? { kind, id, rssi: two, frequency: one } : { kind, id, rssi: one, frequency: two };
}

export interface Lines {
  /** The line that names the columns. */
  heading?: string;
  candidates: Candidate[];
}

/** One reading a line; blank lines and those that begin with # are passed over. */
export function readLines(text: string, kinds: readonly string[]): Lines {
  const found: Lines = { candidates: [] };
  let columns: (Column | undefined)[] | undefined;
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    const source = line.trim();
    if (source === '' || source.startsWith('#')) continue;
    const headed = headingOf(source);
    if (headed) {
      columns = headed;
      found.heading = line;
      continue;
    }
    const cells = splitLine(withoutUnits(source));
    const read = readTerse(source) ?? (columns ? byHeading(cells, columns) : byPlace(cells, kinds));
    found.candidates.push({ line: index + 1, source: line, ...read });
  }
  return found;
}
