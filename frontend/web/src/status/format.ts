import type { Percentile } from './percentile';

/** Three figures at most: "0", "0.42", "12.3", "1,250". */
export function formatNumber(value: number): string {
  const places = value === 0 || value >= 100 ? 0 : value >= 10 ? 1 : 2;
  return value.toLocaleString('en', { maximumFractionDigits: places });
}

const UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB'] as const;

export function formatBytes(bytes: number): string {
  const power = Math.min(Math.floor(Math.log2(Math.max(bytes, 1)) / 10), UNITS.length - 1);
  return `${formatNumber(bytes / 1024 ** power)} ${UNITS[power]}`;
}

/** Of a request: "0.42 ms", "1.2 s". */
export function formatLatency(seconds: number): string {
  return seconds < 1 ? `${formatNumber(seconds * 1000)} ms` : `${formatNumber(seconds)} s`;
}

export function formatPercentile(value: Percentile | undefined): string {
  if (!value) return '–';
  return `${value.isAtLeast ? 'over ' : ''}${formatLatency(value.seconds)}`;
}

const STEPS = [
  ['d', 86_400],
  ['h', 3_600],
  ['min', 60],
  ['s', 1],
] as const;

/** The two largest units: "3 d 4 h", "12 min 5 s", "8 s". */
export function formatDuration(seconds: number): string {
  let rest = Math.floor(seconds);
  const parts: string[] = [];
  for (const [unit, size] of STEPS) {
    const n = Math.floor(rest / size);
    rest -= n * size;
    if (n > 0 || parts.length > 0 || unit === 's') parts.push(`${n} ${unit}`);
  }
  return parts.slice(0, 2).join(' ');
}

export const formatShare = (share: number | undefined): string =>
  share === undefined ? '–' : `${formatNumber(share * 100)} %`;
