/** What a paste may hold of one reading, still as text, with where it stood. */
export interface Candidate {
  /** From 1, as people count lines (of a JSON list: its items). */
  line: number;
  /** The line itself, as it stood there. */
  source: string;
  kind?: string;
  id?: string;
  rssi?: string;
  frequency?: string;
  /** Set when this line cannot be read at all. */
  reason?: string;
}

export type Column = 'kind' | 'id' | 'rssi' | 'percent' | 'frequency';

const COLUMNS: Readonly<Record<string, Column>> = {
  kind: 'kind',
  type: 'kind',
  technology: 'kind',
  id: 'id',
  bssid: 'id',
  mac: 'id',
  address: 'id',
  mac_address: 'id',
  macaddress: 'id',
  cell: 'id',
  cell_id: 'id',
  rssi: 'rssi',
  dbm: 'rssi',
  level: 'rssi',
  signal: 'rssi',
  signal_level: 'rssi',
  signal_dbm: 'rssi',
  rssi_dbm: 'rssi',
  signal_strength: 'rssi',
  frequency: 'frequency',
  freq: 'frequency',
  mhz: 'frequency',
  frequency_mhz: 'frequency',
  freq_mhz: 'frequency',
};

/** The column that a heading ("BSSID", "Signal level (dBm)") names, if it is one of ours. */
export function columnOf(heading: string): Column | undefined {
  const name = heading
    .toLowerCase()
    .replaceAll(/[()[\]"]/g, ' ')
    .trim()
    .replaceAll(/[\s-]+/g, '_');
  return COLUMNS[name];
}

export const MAC = /^(?:[0-9a-f]{2}[:-]){5}[0-9a-f]{2}$/i;

/** NetworkManager shows 0 to 100 for -100 to -40 dBm. */
export const percentToDbm = (percent: number): number => Math.round(-100 + Math.min(Math.max(percent, 0), 100) * 0.6);
