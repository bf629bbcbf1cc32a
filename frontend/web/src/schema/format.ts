import { instant, localDate } from './dates';
import type { Rules } from './types';
import { count } from './words';

export interface Point {
  readonly type: 'Point';
  readonly coordinates: readonly [longitude: number, latitude: number];
}

export function isPoint(value: unknown): value is Point {
  const { type, coordinates } = (value ?? {}) as Partial<Point>;
  return type === 'Point' && Array.isArray(coordinates) && coordinates.length >= 2;
}

/** 59.91273° N, 10.74609° E: five places are a metre. */
export function formatPoint({ coordinates: [longitude, latitude] }: Point): string {
  const part = (n: number, positive: string, negative: string) =>
    `${Math.abs(Number(n.toFixed(5)))}° ${n < 0 ? negative : positive}`;
  return `${part(latitude, 'N', 'S')}, ${part(longitude, 'E', 'W')}`;
}

/** A value in one line of text; '' when there is none. */
export function formatValue(rules: Rules, value: unknown): string {
  if (value === undefined || value === null) return '';
  if (typeof value === 'boolean') return value ? 'Yes' : 'No';
  if (isPoint(value)) return formatPoint(value);
  if (rules.type === 'datetime') {
    const date = instant(value);
    return date ? localDate(date) : String(value);
  }
  if (Array.isArray(value)) return formatList(value);
  if (typeof value === 'object') return JSON.stringify(value);
  return String(value);
}

function formatList(values: readonly unknown[]): string {
  const isPlain = values.length <= 4 && values.every((one) => typeof one !== 'object');
  return isPlain ? values.join(', ') : count(values.length, 'item');
}
