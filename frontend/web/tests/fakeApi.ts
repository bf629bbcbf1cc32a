import { vi } from 'vitest';
import type { Doc } from '../src/api/documents';
import type { ApiSchema } from '../src/schema/types';

export interface Sent {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly ifMatch: string | null;
  readonly body: Record<string, unknown>;
}

type Answer = [status: number, body: unknown];

/** A server in memory that knows lists, items and etags; what it was asked is in `sent`. */
export class FakeApi {
  readonly sent: Sent[] = [];
  readonly documents = new Map<string, Doc[]>();
  /** In place of the usual answer to the next requests of this method. */
  readonly answers = new Map<string, (Answer | 'unreachable')[]>();
  private readonly schema: ApiSchema;
  private version = 0;

  constructor(schema: ApiSchema) {
    this.schema = schema;
    for (const { href } of Object.values(schema.resources)) this.documents.set(href, []);
    vi.stubGlobal('fetch', (url: string, init: RequestInit) => this.fetch(url, init));
  }

  add(href: string, values: Record<string, unknown>): Doc {
    this.version += 1;
    const stamp = '2026-11-24T10:00:00Z';
    const id = this.version.toString(16).padStart(24, '0');
    const doc = { _id: id, _created: stamp, _updated: stamp, ...values, _etag: `etag-${this.version}` } as Doc;
    const kept = this.documents.get(href)?.filter((one) => one._id !== doc._id) ?? [];
    this.documents.set(href, [...kept, doc]);
    return doc;
  }

  remove(href: string, id: string): void {
    this.documents.set(href, this.documents.get(href)?.filter((doc) => doc._id !== id) ?? []);
  }

  writes(): Sent[] {
    return this.sent.filter(({ method }) => method !== 'GET');
  }

  private fetch(address: string, { method = 'GET', headers, body }: RequestInit): Promise<Response> {
    const url = new URL(address, 'http://localhost');
    const request: Sent = {
      method,
      path: url.pathname.replace('/api/', ''),
      query: url.searchParams,
      ifMatch: new Headers(headers).get('If-Match')?.replaceAll('"', '') ?? null,
      body: body ? (JSON.parse(String(body)) as Record<string, unknown>) : {},
    };
    this.sent.push(request);
    const planned = this.answers.get(method)?.shift();
    if (planned === 'unreachable') return Promise.reject(new TypeError('Failed to fetch'));
    const [status, answer] = planned ?? this.answer(request);
    return Promise.resolve(new Response(status === 204 ? null : JSON.stringify(answer), { status }));
  }

  private answer({ method, path, query, ifMatch, body }: Sent): Answer {
    if (path === 'schema') return [200, this.schema];
    const [href = '', id] = path.split('/');
    const all = this.documents.get(href) ?? [];
    if (id === undefined) return method === 'POST' ? [201, this.add(href, body)] : [200, list(all, query)];
    const doc = all.find((one) => one._id === id);
    if (!doc) return [404, { _error: { code: 404, message: 'not found' } }];
    if (method === 'GET') return [200, doc];
    if (ifMatch !== doc._etag) return [412, { _error: { code: 412, message: "etags don't match" } }];
    this.remove(href, id);
    if (method === 'DELETE') return [204, null];
    const { _id, _created } = doc;
    return [200, this.add(href, method === 'PUT' ? { _id, _created, ...body } : { ...doc, ...body })];
  }
}

function list(all: readonly Doc[], query: URLSearchParams): unknown {
  const where = JSON.parse(query.get('where') ?? '{}') as Record<string, { $in?: unknown[]; $gte?: string; $lt?: string }>;
  const found = all.filter((doc) => Object.entries(where).every(([field, condition]) => matches(doc[field], condition)));
  const size = Number(query.get('max_results') ?? 25);
  const page = Number(query.get('page') ?? 1);
  return { _items: found.slice((page - 1) * size, page * size), _meta: { page, max_results: size, total: found.length } };
}

function matches(value: unknown, condition: { $in?: unknown[]; $gte?: string; $lt?: string }): boolean {
  if (typeof condition !== 'object') return value === condition;
  if (condition.$in) return condition.$in.includes(value);
  return String(value) >= (condition.$gte ?? '') && (condition.$lt === undefined || String(value) < condition.$lt);
}
