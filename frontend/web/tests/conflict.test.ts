import { describe, expect, it } from 'vitest';
import { conflictRows, mergedRaw, minePicks } from '../src/form/conflict';
import { documentToRaw, withRaw } from '../src/form/raw';
import type { Doc } from '../src/api/documents';
import { EVERY } from './schemas';

const base: Doc = { _id: 'x', _etag: '1', name: 'Hall', floors: 1, height: 2, readings: [{ id: 'a', rssi: -1 }] };
const theirs: Doc = { ...base, _etag: '2', name: 'Theirs', height: 5, readings: [] };
const raw = ['name=Mine', 'floors=7', 'height=5']
  .map((text) => text.split('='))
  .reduce((now, [path, value]) => withRaw(now, path!, value!), documentToRaw(EVERY, base));

describe('two versions of a document', () => {
  const rows = conflictRows(EVERY, base, raw, theirs);

  it('differ where mine or theirs changed, not where both changed alike', () => {
    expect(rows.map(({ field, mine, theirs, isMineChanged, isTheirsChanged }) => [field, mine, theirs, isMineChanged, isTheirsChanged])).toEqual([
      ['name', 'Mine', 'Theirs', true, true],
      ['floors', 7, 1, true, false],
      ['readings', [{ id: 'a', rssi: -1 }], [], false, true],
    ]);
  });

  it('merge by what is picked', () => {
    const merged = mergedRaw(EVERY, raw, theirs, { ...minePicks(rows), name: 'theirs' });
    expect(merged).toMatchObject({ name: 'Theirs', floors: '7', height: '5', readings: [] });
  });

  it('keep mine only where I changed something', () => {
    expect(mergedRaw(EVERY, raw, theirs, minePicks(rows))).toMatchObject({ name: 'Mine', floors: '7', readings: [] });
  });
});
