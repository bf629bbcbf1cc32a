import { describe, expect, it } from 'vitest';
import { changesOf, replacementOf } from '../src/form/changes';
import { type RawDict, type RawList, documentToRaw, withRaw } from '../src/form/raw';
import { readForm } from '../src/form/read';
import type { Fields } from '../src/schema/types';
import { EVERY } from './schemas';

const BASE = {
  _id: 'x',
  _etag: 'e',
  name: 'Hall',
  story: 'Long',
  height: 2.123456,
  opened_at: '2020-01-02T03:04:05.678Z',
  address: { street: 'Quay', number: 1 },
  readings: [{ id: 'a', rssi: -3 }],
  stamp: 's',
  unknown: { deep: true },
};
const BASE_RAW = documentToRaw(EVERY, BASE);

function change(edit: (raw: RawDict) => RawDict) {
  const raw = edit(BASE_RAW);
  const { values, errors } = readForm(EVERY, raw);
  expect(errors).toEqual({});
  return { ...changesOf(EVERY, BASE, BASE_RAW, raw, values), replacement: replacementOf(EVERY, BASE, BASE_RAW, raw, values) };
}

describe('what a form changed', () => {
  it('is nothing when nothing was touched', () => {
    expect(change((raw) => raw)).toMatchObject({ patch: {}, removed: [] });
  });

  it('is the touched fields only, inside sub-documents too', () => {
    const { patch, removed } = change((raw) => withRaw(withRaw(raw, 'address.number', '2'), 'name', 'New'));
    expect(patch).toEqual({ name: 'New', address: { number: 2 } });
    expect(removed).toEqual([]);
  });

  it('is a whole list when one of its items changed', () => {
    expect(change((raw) => withRaw(raw, 'readings.0.rssi', '-9')).patch).toEqual({ readings: [{ id: 'a', rssi: -9 }] });
  });

  it('leaves what was not touched as it is, also what its text does not tell', () => {
    const fields: Fields = {
      parts: { type: 'list', schema: { type: 'dict', schema: { n: { type: 'integer', nullable: true }, m: { type: 'integer' } } } },
      dict: { type: 'dict', schema: { at: { type: 'integer', nullable: true }, n: { type: 'integer' }, m: { type: 'integer' } } },
    };
    const base = { parts: [{ n: null, m: 1 }, { n: null, m: 2 }, { m: 3 }], dict: { at: null, n: 1, m: 2 } };
    const baseRaw = documentToRaw(fields, base);
    const items = baseRaw['parts'] as RawList;
    const raw = withRaw(withRaw({ ...baseRaw, parts: items.slice(1) }, 'parts.1.m', '4'), 'dict.m', '');
    const { values } = readForm(fields, raw);
    const changed = { parts: [{ n: null, m: 2 }, { m: 4 }], dict: { at: null, n: 1 } };
    expect(changesOf(fields, base, baseRaw, raw, values).patch).toEqual({ parts: changed.parts });
    expect(replacementOf(fields, base, baseRaw, raw, values)).toEqual(changed);
  });

  it('is null for an emptied field that may be null', () => {
    expect(change((raw) => withRaw(raw, 'story', '')).patch).toEqual({ story: null });
  });

  it('is a removal for an emptied field that may not, which replaces the document', () => {
    const { removed, patch, replacement } = change((raw) => withRaw(withRaw(raw, 'height', ''), 'address.number', ''));
    expect(removed).toEqual(['height', 'address.number']);
    expect(patch).toEqual({});
    expect(replacement).toEqual({
      name: 'Hall', story: 'Long', opened_at: BASE.opened_at, address: { street: 'Quay' },
      readings: BASE.readings, stamp: 's', unknown: { deep: true },
    });
  });
});
