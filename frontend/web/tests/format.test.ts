import { expect, it } from 'vitest';
import { fromLocalInput, toLocalInput } from '../src/schema/dates';
import { formatPoint, formatValue } from '../src/schema/format';
import { labelField } from '../src/schema/kinds';
import { labelOf, titleOf } from '../src/schema/references';
import { resource } from './schemas';

it('writes a point with the latitude first, as people say it', () => {
  expect(formatPoint({ type: 'Point', coordinates: [-10.123456, 59.9] })).toBe('59.9° N, 10.12346° W');
});

it.each(['2026-11-24T10:00:00Z', '2026-11-24T10:00:05Z', '2020-01-02T03:04:05.678Z', '2020-01-02T03:04:09.944Z', '2020-01-02T03:04:00.500Z'])('keeps the instant %s in a local input', (text) => {
  expect(fromLocalInput(toLocalInput(text))).toBe(text);
  // More places than three are no date to an <input>, which would show none.
  expect(toLocalInput(text)).toMatch(/T\d\d:\d\d(:\d\d(\.\d{1,3})?)?$/);
});

it('shortens lists in one line', () => {
  expect(formatValue({ type: 'list' }, ['a', 'b'])).toBe('a, b');
  expect(formatValue({ type: 'list' }, [{ a: 1 }])).toBe('1 item');
});

it('names a document by its first short text, its date, or the end of its id', () => {
  const doc = { _id: '656565656565656565abcdef', _etag: '', name: 'Hall', note: 'long', at: '2026-11-24T10:00:00Z' };
  const named = resource('places', { kind: { type: 'string', allowed: ['a'] }, code: { type: 'string' }, name: { type: 'string', required: true } });
  const dated = resource('visits', { note: { type: 'string', maxlength: 2000 }, at: { type: 'datetime', required: true } });
  expect(labelField(named.schema)).toBe('name');
  expect([labelOf(named, doc), titleOf(named, doc)]).toEqual(['Hall', 'Hall']);
  expect(titleOf(dated, doc)).toMatch(/^visit .*2026/);
  expect(titleOf(resource('things', {}), doc)).toBe('thing …abcdef');
});
