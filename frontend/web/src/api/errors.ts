/** What `_issues` holds: a text, several, or the issues of a sub-document by field (of a list by index). */
export type Issue = string | Issues | readonly Issue[];
export interface Issues {
  readonly [field: string]: Issue;
}

/** Status of an ApiError that no server answered with. */
export const NO_ANSWER = 0;

/** Every failure of a request to the API, an unreachable server (status NO_ANSWER) included. */
export class ApiError extends Error {
  readonly status: number;
  readonly issues: Issues;
  /** Seconds that the server asks to wait, if it does. */
  readonly retryAfter: number | undefined;

  constructor(status: number, message: string, more: { issues?: Issues; retryAfter?: number; cause?: unknown } = {}) {
    super(message, { cause: more.cause });
    this.name = 'ApiError';
    this.status = status;
    this.issues = more.issues ?? {};
    this.retryAfter = more.retryAfter;
  }
}

/** Whether the same request may succeed a little later. */
export function isTransient(error: unknown): boolean {
  return error instanceof ApiError && [NO_ANSWER, 408, 429, 502, 503, 504].includes(error.status);
}

const SENTENCES: Readonly<Record<number, string>> = {
  [NO_ANSWER]: 'The server cannot be reached. Check the connection and try again.',
  400: 'The server did not understand the request.',
  404: 'There is nothing at this address. It may have been deleted.',
  405: 'The server does not allow this here.',
  409: 'Another document has the same value where values have to be unique.',
  412: 'Somebody changed this document since you opened it.',
  413: 'This is more than the server takes in one request.',
  422: 'Some values are not right.',
  428: 'The server needs to know which version you are changing. Load the document again and repeat the change.',
  429: 'Too many requests at once. Wait a moment and try again.',
  500: 'The server failed. Its log tells why.',
  502: 'The server behind the gateway does not answer. Try again in a moment.',
  503: 'The server or its database is not ready. Try again in a moment.',
  504: 'The server took too long to answer. Try again in a moment.',
};

/** A sentence for people; what the server said itself is in error.message. */
export function sentence(error: unknown): string {
  if (error instanceof ApiError) {
    return SENTENCES[error.status] ?? `The server answered ${error.status}: ${error.message}`;
  }
  return error instanceof Error ? error.message : String(error);
}
