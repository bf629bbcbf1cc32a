import { API_BASE } from '../config';
import { ApiError, type Issues, NO_ANSWER } from './errors';

export interface RequestOptions {
  method?: 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE';
  /** Sent as JSON. */
  body?: unknown;
  /** The document's `_etag`, for a change that must not overwrite another one. */
  ifMatch?: string;
  signal?: AbortSignal;
  timeoutMs?: number;
}

const TIMEOUT_MS = 20_000;

/** The address of @path ("devices/ID") with @query; undefined members are left out. */
export function apiUrl(path: string, query: Record<string, string | number | undefined> = {}): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined) search.set(name, String(value));
  }
  const text = search.toString();
  return `${API_BASE}/${path}${text ? `?${text}` : ''}`;
}

/** One request; the parsed JSON of the answer (undefined when it has none). Throws ApiError only, or the abort of @signal. */
export async function request<T>(url: string, options: RequestOptions = {}): Promise<T> {
  const response = await send(url, options);
  const body = await parse(response);
  if (!response.ok) throw failure(response, body);
  return body as T;
}

async function send(url: string, options: RequestOptions): Promise<Response> {
  const headers = new Headers({ Accept: 'application/json' });
  if (options.body !== undefined) headers.set('Content-Type', 'application/json');
  if (options.ifMatch !== undefined) headers.set('If-Match', `"${options.ifMatch}"`);
  const timeout = AbortSignal.timeout(options.timeoutMs ?? TIMEOUT_MS);
  try {
    return await fetch(url, {
      method: options.method ?? 'GET',
      // Documents carry a Last-Modified, from which a browser would conclude how long it may not ask again.
      cache: 'no-cache',
      headers,
      body: options.body === undefined ? undefined : JSON.stringify(options.body),
      signal: options.signal ? AbortSignal.any([options.signal, timeout]) : timeout,
    });
  } catch (cause) {
    if (options.signal?.aborted) throw cause;
    const text = timeout.aborted ? 'The server did not answer in time.' : 'The server cannot be reached.';
    throw new ApiError(NO_ANSWER, text, { cause });
  }
}

async function parse(response: Response): Promise<unknown> {
  let text: string;
  try {
    text = await response.text();
  } catch (cause) {
    throw new ApiError(NO_ANSWER, 'The answer broke off.', { cause });
  }
  if (text === '') return undefined;
  try {
    return JSON.parse(text) as unknown;
  } catch (cause) {
    // A gateway's HTML page for an error is no news: its status is.
    if (!response.ok) return undefined;
    throw new ApiError(response.status, 'The answer is not JSON. Is the API at this address?', { cause });
  }
}

interface ErrorBody {
  _issues?: Issues;
  _error?: { message?: string };
  /** What exactly was wrong, where the message is the usual one of its status. */
  detail?: string;
}

function failure(response: Response, body: unknown): ApiError {
  const { _issues: issues, _error: error, detail } = (body ?? {}) as ErrorBody;
  const wait = Number(response.headers.get('Retry-After') ?? Number.NaN);
  return new ApiError(response.status, detail ?? error?.message ?? (response.statusText || `status ${response.status}`), {
    issues,
    retryAfter: Number.isFinite(wait) ? wait : undefined,
  });
}
