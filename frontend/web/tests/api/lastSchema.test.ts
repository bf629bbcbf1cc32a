import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { getSchema } from '../../src/api/lastSchema';

const SCHEMA = { resources: {} };

beforeEach(() => localStorage.clear());
afterEach(() => vi.unstubAllGlobals());

const answer = (make: () => Response | Promise<Response>) => vi.stubGlobal('fetch', vi.fn(async () => make()));
const broken = () => Promise.reject(new TypeError('network'));

test('without an answer the last description serves', async () => {
  answer(() => Response.json(SCHEMA));
  expect(await getSchema()).toEqual(SCHEMA);
  answer(broken);
  expect(await getSchema()).toEqual({ ...SCHEMA, isRemembered: true });
  answer(() => new Response('', { status: 502 }));
  expect(await getSchema()).toEqual({ ...SCHEMA, isRemembered: true });
  answer(() => Response.json(SCHEMA));
  expect(await getSchema()).toEqual(SCHEMA);
});

test('an answer that is none is told', async () => {
  answer(() => Response.json(SCHEMA));
  await getSchema();
  answer(() => new Response('', { status: 404 }));
  await expect(getSchema()).rejects.toMatchObject({ status: 404 });
});

test('where there was none yet, the failure is told', async () => {
  answer(broken);
  await expect(getSchema()).rejects.toMatchObject({ status: 0 });
});
