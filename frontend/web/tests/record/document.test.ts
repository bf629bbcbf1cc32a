import { describe, expect, test } from 'vitest';
import { differences } from '../../src/record/difference';
import { buildDocument, buildSite } from '../../src/record/document';
import { type Draft, newDraft } from '../../src/record/draft';
import { SAMPLE, fingerprints } from './fixture';

const NOW = new Date('2026-11-24T10:00:00.000Z');
const SITE = { id: 'b'.repeat(24), name: 'Harbour' };
const row = { key: 1, kind: 'wifi', id: 'aa:bb:cc:dd:ee:ff', rssi: '-67', frequency: '' };

const full = (changes: Partial<Draft> = {}): Draft => ({ ...newDraft({ site: SITE }), rows: [row], ...changes });
const problemsOf = (changes: Partial<Draft>) => buildDocument(full(changes), fingerprints, NOW).problems;

describe('a document is made of the draft', () => {
  test('with no more than was given', () => {
    const draft = full();
    expect(buildDocument(draft, fingerprints, NOW)).toEqual({
      problems: {},
      document: {
        _id: draft.id,
        site: SITE.id,
        taken_at: '2026-11-24T10:00:00.000Z',
        readings: [{ kind: 'wifi', id: 'aa:bb:cc:dd:ee:ff', rssi: -67 }],
      },
    });
  });

  test('but not while readings stand in the box that were not added', () => {
    expect(problemsOf({ paste: 'aa:bb:cc:dd:ee:ff -70' })).toEqual({
      readings: ['Add the pasted readings first, or empty the box'],
    });
    expect(problemsOf({ floor: '1,000' })).toEqual({ floor: ['1,000 is not a whole number'] });
  });

  test('with all of it', () => {
    const { document, problems } = buildDocument(
      full({
        latitude: '52,52',
        longitude: '\u221213.405',
        floor: '-2',
        device: { id: 'd'.repeat(24), name: 'Pixel' },
        takenAt: '2026-11-23T08:00:00Z',
        note: ' by the door ',
        rows: [{ ...row, frequency: '2412' }],
      }),
      fingerprints,
      NOW,
    );
    expect(problems).toEqual({});
    expect(document).toMatchObject({
      position: { type: 'Point', coordinates: [-13.405, 52.52] },
      floor: -2,
      device: 'd'.repeat(24),
      taken_at: '2026-11-23T08:00:00Z',
      note: 'by the door',
      readings: [{ frequency: 2412 }],
    });
  });

  test('nor while lines stand there that were not understood: they would be gone with the draft', () => {
    expect(problemsOf({ paste: 'rubbish' })).toEqual({
      readings: ['Correct the lines in the box that were not understood, or empty it'],
    });
  });

  test('a level without its minus is read as below zero', () => {
    const { document } = buildDocument(full({ rows: [{ ...row, rssi: '67' }] }), fingerprints, NOW);
    expect(document['readings']).toEqual([{ kind: 'wifi', id: 'aa:bb:cc:dd:ee:ff', rssi: -67 }]);
  });

  test.each<[Partial<Draft>, Record<string, string[]>]>([
    [{ site: null }, { site: ['Choose a site'] }],
    [{ rows: [] }, { readings: ['At least 1 is needed'] }],
    [{ rows: [], paste: 'x' }, { readings: ['Add the pasted readings first'] }],
    [{ rows: Array.from({ length: 501 }, () => row) }, { readings: ['501 readings; at most 500 are allowed'] }],
    [{ rows: [row, { ...row, id: '', rssi: '-121' }] }, {
      'readings.1.id': ['This is required'],
      'readings.1.rssi': ['-121 is below -120'],
    }],
    [{ floor: '1.5' }, { floor: ['1.5 is not a whole number'] }],
    [{ floor: '201' }, { floor: ['201 is above 200'] }],
    [{ latitude: '91', longitude: '5' }, { latitude: ['91 is above 90'] }],
    [{ latitude: '51' }, { longitude: ['The other half is missing'] }],
    [{ note: 'x'.repeat(2001) }, { note: ['Is 2001 characters long; at most 2000 are allowed'] }],
  ])('what is wrong is said by its path: %j', (changes, problems) => {
    expect(problemsOf(changes)).toEqual(problems);
  });
});

test('a new site takes the position along', () => {
  const draft = full({ site: { ...SITE, name: ' Quay ', isNew: true }, latitude: '1', longitude: '2' });
  const { document } = buildDocument(draft, fingerprints, NOW);
  expect(buildSite(draft, document, SAMPLE.resources['sites']!)).toEqual({
    _id: SITE.id,
    name: 'Quay',
    position: { type: 'Point', coordinates: [2, 1] },
  });
});

describe('equal in substance', () => {
  const fields = fingerprints.schema;
  const sent = { _id: 'a', taken_at: '2026-11-24T10:00:00.000Z', readings: [{ id: 'x', rssi: -5 }] };

  test('whatever the server adds and however it writes a date', () => {
    const stored = { ...sent, taken_at: '2026-11-24T10:00:00Z', _etag: 'e', _links: {} };
    expect(differences(sent, stored, fields)).toEqual([]);
    expect(differences({ a: 1 }, { a: 1, b: 7, c: { d: 2 } }, { b: { default: 7 }, c: { default: { d: 2 } } })).toEqual([]);
  });

  test.each([
    ['note', { note: 'x' }],
    ['taken_at', { taken_at: '2026-11-24T10:00:01Z' }],
    ['readings', { readings: [{ id: 'x', rssi: -6 }] }],
    ['readings', { readings: [...sent.readings, { id: 'y', rssi: -5 }] }],
    ['readings', { readings: [{ id: 'x', rssi: -5, frequency: 1 }] }],
  ])('not when %s differs', (name, change) => {
    expect(differences(sent, { ...sent, ...change }, fields)).toEqual([name]);
    expect(differences({ ...sent, ...change }, sent, fields)).toEqual([name]);
  });
});
