import type { Candidate } from './candidate';
import { withoutUnits } from './units';

const START = /^\s*(?:BSS|Cell \d+ - Address:)\s+((?:[0-9a-f]{2}:){5}[0-9a-f]{2})/i;
const FREQUENCY = /^\s*freq(?:uency)?:\s*(\d+(?:\.\d+)?)/i;
const SIGNAL = /signal(?: level)?[:=]\s*(-?\d+(?:\.\d+)?)/i;

/** The blocks of `iw dev wlan0 scan` and `iwlist scan`; undefined: there are none. */
export function readScan(text: string): Candidate[] | undefined {
  const found: Candidate[] = [];
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    const id = START.exec(line)?.[1];
    if (id) found.push({ line: index + 1, source: line, kind: 'wifi', id });
    const current = found.at(-1);
    if (!current) continue;
    const plain = withoutUnits(line);
    current.frequency ??= FREQUENCY.exec(plain)?.[1];
    current.rssi ??= SIGNAL.exec(plain)?.[1];
  }
  return found.length > 0 ? found : undefined;
}
