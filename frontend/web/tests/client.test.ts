import { beforeEach, describe, expect, it, vi } from 'vitest';
import { apiUrl, request } from '../src/api/client';
import { listDocuments, patchDocument } from '../src/api/documents';
import { ApiError, NO_ANSWER } from '../src/api/errors';
import { makeQueryClient } from '../src/api/queries';

const fetched = vi.fn<typeof fetch>();

beforeEach(() => {
  fetched.mockReset();
  vi.stubGlobal('fetch', fetched);
});

const answer = (status: number, body: unknown, headers: Record<string, string> = {}) =>
  fetched.mockResolvedValueOnce(new Response(typeof body === 'string' ? body : JSON.stringify(body), { status, headers }));
const failureOf = (promise: Promise<unknown>) => promise.then(() => undefined, (error: unknown) => error as ApiError);

describe('the API client', () => {
  it('asks with where, sort and page, and leaves out what is not said', async () => {
    answer(200, { _items: [] });
    await listDocuments('people', { where: { name: 'Ann' }, sort: '-name', page: undefined });
    expect(fetched.mock.calls[0]?.[0]).toBe('/api/people?where=%7B%22name%22%3A%22Ann%22%7D&sort=-name');
    expect(apiUrl('people')).toBe('/api/people');
  });

  it('asks the server each time: an answer has no age by which the browser could keep it', async () => {
    answer(200, { _items: [] });
    await listDocuments('people', {});
    expect(fetched.mock.calls[0]?.[1]?.cache).toBe('no-cache');
  });

  it('sends a change with the quoted etag of its version', async () => {
    answer(200, {});
    await patchDocument('people', 'a b', 'e1', { age: 1 });
    const [url, init] = fetched.mock.calls[0] ?? [];
    const headers = new Headers(init?.headers);
    expect([url, init?.method, headers.get('If-Match'), headers.get('Content-Type'), init?.body]).toEqual([
      '/api/people/a%20b', 'PATCH', '"e1"', 'application/json', '{"age":1}',
    ]);
  });

  it('tells the issues, the detail and the time to wait', async () => {
    answer(422, { _issues: { name: 'required field' } });
    answer(400, { _error: { message: 'usual' }, detail: "sort: unknown field 'x'" });
    answer(503, '<html>', { 'Retry-After': '7' });
    expect(await failureOf(request('/api/x'))).toMatchObject({ status: 422, issues: { name: 'required field' } });
    expect(await failureOf(request('/api/x'))).toMatchObject({ status: 400, message: "sort: unknown field 'x'" });
    expect(await failureOf(request('/api/x'))).toMatchObject({ status: 503, retryAfter: 7 });
  });

  it('makes an error of an unreachable server, of an answer that is late, and of one that is no JSON', async () => {
    fetched.mockRejectedValueOnce(new TypeError('Failed to fetch'));
    expect(await failureOf(request('/api/x'))).toMatchObject({ status: NO_ANSWER, message: 'The server cannot be reached.' });
    fetched.mockImplementationOnce((_, init) => new Promise((_resolve, reject) => {
      init?.signal?.addEventListener('abort', () => reject(new DOMException('aborted', 'AbortError')));
    }));
    expect(await failureOf(request('/api/x', { timeoutMs: 1 }))).toMatchObject({ status: NO_ANSWER, message: 'The server did not answer in time.' });
    answer(200, '<!doctype html>');
    expect((await failureOf(request('/api/x')))?.message).toMatch(/not JSON/);
  });

  it('repeats reads that may succeed later, and never writes', () => {
    const { queries, mutations } = makeQueryClient().getDefaultOptions();
    const retry = queries?.retry as (failures: number, error: unknown) => boolean;
    expect(retry(0, new ApiError(503, ''))).toBe(true);
    expect(retry(2, new ApiError(503, ''))).toBe(false);
    expect(retry(0, new ApiError(404, ''))).toBe(false);
    expect(mutations?.retry).toBe(false);
  });
});
