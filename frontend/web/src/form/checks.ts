import { instant, localDate } from '../schema/dates';
import type { Rules } from '../schema/types';
import { count } from '../schema/words';

export const REQUIRED = 'This is required';

/** What @rules find wrong with a text of the right type. */
export function checkLength(rules: Rules, n: number, one: string): string[] {
  const { minlength = 0, maxlength = Infinity } = rules;
  if (n < minlength) return [`At least ${count(minlength, one)}`];
  if (n > maxlength) return [`At most ${count(maxlength, one)}; there are ${n}`];
  return [];
}

export function checkNumber(rules: Rules, value: number): string[] {
  if (typeof rules.min === 'number' && value < rules.min) return [`At least ${rules.min}`];
  if (typeof rules.max === 'number' && value > rules.max) return [`At most ${rules.max}`];
  return [];
}

export function checkDate(rules: Rules, value: string): string[] {
  const [date, min, max] = [instant(value), instant(rules.min), instant(rules.max)];
  if (date && min && date < min) return [`Not before ${localDate(min)}`];
  if (date && max && date > max) return [`Not after ${localDate(max)}`];
  return [];
}

/** What a person should know of the rules before typing; undefined when there is nothing to say. */
export function hintOf(rules: Rules): string | undefined {
  const { min, max, minlength, maxlength, type } = rules;
  if (type === 'integer' || type === 'float' || type === 'number') {
    if (min !== undefined && max !== undefined) return `${min} to ${max}`;
    if (min !== undefined) return `${min} or more`;
    return max === undefined ? undefined : `${max} or less`;
  }
  if (type === 'datetime') return `Your local time (${Intl.DateTimeFormat().resolvedOptions().timeZone})`;
  if (type === 'string' && (minlength ?? 0) > 1) return `At least ${minlength} characters`;
  if (type === 'string' && maxlength !== undefined && maxlength <= 20) return `At most ${maxlength} characters`;
  return undefined;
}
