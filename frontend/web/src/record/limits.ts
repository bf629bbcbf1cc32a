import type { Rules } from '../schema/types';

/** What a text says under @rules: a value, or why it is none. Neither when it is empty and may be. */
export interface Parsed<T> {
  value?: T;
  problem?: string;
}

const MINUS = /^[\u2212\u2013]/; // a typographic minus, as other programs show it

/** A number as people type it: "−67", "52,5". A whole one where the rules ask for that. */
export function readNumber(text: string, rules: Rules): Parsed<number> {
  const clean = text.trim().replace(MINUS, '-').replace(',', '.');
  if (clean === '') return rules.required ? { problem: 'is missing' } : {};
  const value = /^[+-]?(\d+\.?\d*|\.\d+)$/.test(clean) ? Number(clean) : Number.NaN;
  if (!Number.isFinite(value)) return { problem: `"${text.trim()}" is not a number` };
  // "1,000" may be a thousand, or one with three places: neither is guessed.
  if (rules.type === 'integer' && clean.includes('.')) return { problem: `${text.trim()} is not a whole number` };
  return { value, problem: outOfRange(value, rules) };
}

export function outOfRange(value: number, { min, max }: Rules): string | undefined {
  if (typeof min === 'number' && value < min) return `${value} is below ${min}`;
  if (typeof max === 'number' && value > max) return `${value} is above ${max}`;
  return undefined;
}

/** A text that is one of the allowed ones, if there is such a list, and of the right length. */
export function readText(text: string, rules: Rules): Parsed<string> {
  const value = text.trim();
  const { allowed, minlength = 0, maxlength = Number.POSITIVE_INFINITY } = rules;
  if (value === '') return rules.required ? { problem: 'is missing' } : {};
  if (allowed && !allowed.includes(value)) return { problem: `"${value}" is not one of ${allowed.join(', ')}` };
  const length = Array.from(value).length;
  if (length > maxlength) return { problem: `is ${length} characters long; at most ${maxlength} are allowed` };
  if (length < minlength) return { problem: `is shorter than ${minlength} characters` };
  return { value };
}
