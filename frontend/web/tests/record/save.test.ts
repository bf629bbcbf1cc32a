import { describe, expect, test, vi } from 'vitest';
import { ApiError, NO_ANSWER } from '../../src/api/errors';
import { type Server, store } from '../../src/record/save';
import { fingerprints } from './fixture';

const DOCUMENT = { _id: 'a'.repeat(24), taken_at: '2026-11-24T10:00:00.000Z', note: 'x' };
const TAKEN = new ApiError(409, 'conflict', { issues: { _id: "value 'aaa' is not unique" } });
const LOST = new ApiError(NO_ANSWER, 'The answer broke off.');

function pretend(parts: Partial<Server>): Server {
  return {
    create: () => Promise.resolve({}),
    get: () => Promise.reject(new Error('not asked for')),
    isOnline: () => true,
    ...parts,
  };
}

const failing = (error: unknown) => pretend({ create: () => Promise.reject(error) });

/** Stores what it is sent, but loses the first answer. */
function losing() {
  const stored = new Map<string, Record<string, unknown>>();
  const create = vi.fn(async (_href: string, document: Record<string, unknown>) => {
    const id = String(document['_id']);
    if (stored.has(id)) throw TAKEN;
    stored.set(id, document);
    throw LOST;
  });
  const get = (_href: string, id: string) =>
    Promise.resolve({ ...stored.get(id), _id: id, _etag: 'e', taken_at: '2026-11-24T10:00:00Z' });
  return { stored, server: pretend({ create, get }) };
}

describe('an attempt to store', () => {
  test('succeeds', async () => {
    expect(await store(fingerprints, DOCUMENT, pretend({}))).toEqual({ kind: 'stored', isRepeat: false });
  });

  test.each([LOST, new ApiError(503, 'x'), new ApiError(500, 'x'), new ApiError(504, 'x'), new ApiError(408, 'x')])(
    'that had no clear answer may have been stored: %s',
    async (error) => {
      expect(await store(fingerprints, DOCUMENT, failing(error))).toEqual({ kind: 'unclear', error });
    },
  );

  test('without a network sent nothing', async () => {
    const offline = { ...failing(LOST), isOnline: () => false };
    expect(await store(fingerprints, DOCUMENT, offline)).toEqual({ kind: 'offline' });
  });

  test('is made although the browser believes to be offline', async () => {
    expect(await store(fingerprints, DOCUMENT, pretend({ isOnline: () => false }))).toMatchObject({ kind: 'stored' });
  });

  test('that is refused tells what is wrong, by path', async () => {
    const error = new ApiError(422, 'x', { issues: { readings: [{ 3: [{ rssi: 'max value is 0' }] }] } });
    const outcome = await store(fingerprints, DOCUMENT, failing(error));
    expect(outcome).toEqual({ kind: 'refused', error, problems: { 'readings.3.rssi': ['Max value is 0'] } });
  });
});

describe('after an attempt whose answer was lost', () => {
  test('the same again is stored once, and counts as saved', async () => {
    const { server, stored } = losing();
    expect(await store(fingerprints, DOCUMENT, server)).toMatchObject({ kind: 'unclear' });
    expect(await store(fingerprints, DOCUMENT, server)).toEqual({ kind: 'stored', isRepeat: true });
    expect(stored.size).toBe(1);
  });

  test('what was changed meanwhile is named', async () => {
    const { server } = losing();
    await store(fingerprints, DOCUMENT, server);
    const outcome = await store(fingerprints, { ...DOCUMENT, note: 'y', floor: 1 }, server);
    expect(outcome).toMatchObject({ kind: 'differs', fields: ['note', 'floor'], stored: { note: 'x', _etag: 'e' } });
  });

  test('it stays unclear while the stored one cannot be seen', async () => {
    const { server } = losing();
    await store(fingerprints, DOCUMENT, server);
    const blind = { ...server, get: () => Promise.reject(LOST) };
    expect(await store(fingerprints, DOCUMENT, blind)).toEqual({ kind: 'unclear', error: LOST });
  });

  test('another conflict is none of that', async () => {
    const error = new ApiError(409, 'x');
    expect(await store(fingerprints, DOCUMENT, failing(error))).toMatchObject({ kind: 'refused', error });
  });
});
