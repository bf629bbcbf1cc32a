import { describe, expect, it } from 'vitest';
import { emptyDict, toRaw } from '../src/form/raw';
import { readForm } from '../src/form/read';
import type { Rules } from '../src/schema/types';
import { EVERY } from './schemas';

const read = (rules: Rules, raw: string) => readForm({ f: rules }, { f: raw });

describe('reading a form', () => {
  it.each([
    [{ type: 'integer' }, ' 42 ', 42],
    [{ type: 'integer' }, '-7', -7],
    [{ type: 'float' }, '3,5', 3.5],
    [{ type: 'number' }, '1e3', 1000],
    [{ type: 'boolean' }, 'false', false],
    [{ type: 'string' }, ' a ', ' a '],
    [{ type: 'integer', allowed: [1, 2] }, '2', 2],
    [{ type: ['string', 'integer'] }, '"x"', 'x'],
    [{}, '{"a":[1]}', { a: [1] }],
    [{ type: 'datetime' }, '2026-11-24T10:00', new Date('2026-11-24T10:00').toISOString().replace('.000', '')],
  ] as [Rules, string, unknown][])('%j reads %s', (rules, raw, value) => {
    expect(read(rules, raw)).toEqual({ values: { f: value }, errors: {} });
  });

  it.each([
    [{ type: 'string', required: true }, '', 'This is required'],
    [{ type: 'string', minlength: 3 }, 'ab', 'At least 3 characters'],
    [{ type: 'string', maxlength: 1 }, '🐳🐳', 'At most 1 character; there are 2'],
    [{ type: 'integer' }, '1.5', 'A whole number'],
    [{ type: 'integer' }, '12 apples', 'A whole number'],
    [{ type: 'integer' }, '9007199254740993', 'Too large to be kept exactly'],
    [{ type: 'float', min: 0 }, '-0.1', 'At least 0'],
    [{ type: 'integer', max: 5 }, '6', 'At most 5'],
    [{ type: 'objectid' }, 'abc', 'An id: 24 digits and letters from a to f'],
    [{ type: 'datetime', min: '2026-01-01T00:00:00Z' }, '2025-06-01T00:00', /^Not before/],
    [{}, '{', /^Not JSON/],
  ] as [Rules, string, string | RegExp][])('%j refuses "%s"', (rules, raw, message) => {
    expect(read(rules, raw).errors['f']).toEqual([expect.stringMatching(message)]);
  });

  it.each(['1,000', '1.000'])('does not guess what %s means where a whole number is asked for', (text) => {
    expect(read({ type: 'integer' }, text).errors).toEqual({ f: ['A whole number'] });
  });

  it('takes a large float, which is kept as it is', () => {
    expect(read({ type: 'float' }, '1e20')).toEqual({ values: { f: 1e20 }, errors: {} });
  });

  it('finds what is wrong inside lists and sub-documents, by path', () => {
    const raw = {
      ...emptyDict(EVERY),
      name: 'ok',
      address: { street: '', number: 'x' },
      position: { latitude: '91', longitude: '' },
      readings: [{ key: 'a', value: { id: '', rssi: '3' } }],
    };
    expect(readForm(EVERY, raw).errors).toEqual({
      'address.street': ['This is required'],
      'address.number': ['A whole number'],
      position: ['Latitude: a number from -90 to 90', 'Longitude: a number from -180 to 180'],
      'readings.0.id': ['This is required'],
      'readings.0.rssi': ['At most 0'],
    });
  });

  it('leaves out what is empty, also an optional sub-document with required fields', () => {
    expect(readForm(EVERY, { ...emptyDict(EVERY), name: 'ok' })).toEqual({ values: { name: 'ok', floors: 1 }, errors: {} });
  });

  it('sends null for a field that has to be there and may be null', () => {
    expect(read({ type: 'string', required: true, nullable: true }, '').values).toEqual({ f: null });
  });

  it('keeps members of a sub-document that the schema does not know', () => {
    const rules: Rules = { type: 'dict', schema: { a: { type: 'integer' } } };
    expect(readForm({ f: rules }, { f: toRaw(rules, { a: 1, other: [2] }) }).values).toEqual({ f: { a: 1, other: [2] } });
  });
});
