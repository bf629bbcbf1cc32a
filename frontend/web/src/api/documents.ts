import { apiUrl, request } from './client';

export interface Doc {
  readonly _id: string;
  readonly _etag: string;
  readonly _created?: string;
  readonly _updated?: string;
  readonly [field: string]: unknown;
}

export interface Page {
  readonly _items: readonly Doc[];
  readonly _meta?: { readonly page: number; readonly max_results: number; readonly total: number };
}

export interface ListQuery {
  where?: Record<string, unknown>;
  sort?: string;
  page?: number;
  max_results?: number;
}

const itemPath = (href: string, id: string) => `${href}/${encodeURIComponent(id)}`;

/** A page of the resource at @href (its `href` in the schema). */
export function listDocuments(href: string, query: ListQuery = {}, signal?: AbortSignal): Promise<Page> {
  const { where, ...rest } = query;
  const filter = where && Object.keys(where).length > 0 ? JSON.stringify(where) : undefined;
  return request(apiUrl(href, { where: filter, ...rest }), { signal });
}

export function getDocument(href: string, id: string, signal?: AbortSignal): Promise<Doc> {
  return request(apiUrl(itemPath(href, id)), { signal });
}

/** Answers what the server adds: `_id`, `_etag`, `_created`, `_updated`. */
export function createDocument(href: string, values: Record<string, unknown>): Promise<Doc> {
  return request(apiUrl(href), { method: 'POST', body: values });
}

export function patchDocument(href: string, id: string, etag: string, changes: Record<string, unknown>): Promise<Doc> {
  return request(apiUrl(itemPath(href, id)), { method: 'PATCH', ifMatch: etag, body: changes });
}

/** The whole document; the only way to take a field away from it. */
export function replaceDocument(href: string, id: string, etag: string, values: Record<string, unknown>): Promise<Doc> {
  return request(apiUrl(itemPath(href, id)), { method: 'PUT', ifMatch: etag, body: values });
}

export function deleteDocument(href: string, id: string, etag: string): Promise<void> {
  return request(apiUrl(itemPath(href, id)), { method: 'DELETE', ifMatch: etag });
}
