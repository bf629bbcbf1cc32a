export const INEXACT = 'Too large to be kept exactly';

/** Whether all numbers in @value are the ones that were written: JavaScript rounds whole ones from 2^53 on. */
export function isExact(value: unknown): boolean {
  if (typeof value === 'number') return !Number.isInteger(value) || Number.isSafeInteger(value);
  return typeof value !== 'object' || value === null || Object.values(value).every(isExact);
}
