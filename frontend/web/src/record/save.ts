import { createDocument, getDocument, type Doc } from '../api/documents';
import { ApiError, NO_ANSWER } from '../api/errors';
import { errorsOfIssues } from '../form/errors';
import type { Resource } from '../schema/types';
import { differences } from './difference';
import type { Problems } from './document';

type Values = Readonly<Record<string, unknown>>;

/** How an attempt to store one document, whose id was made here, ended. */
export type Outcome =
  | { kind: 'stored'; isRepeat: boolean }
  /** An earlier attempt was stored, but with other values in @fields. */
  | { kind: 'differs'; stored: Doc; fields: string[] }
  /** Nothing was sent: there is no network. */
  | { kind: 'offline' }
  /** It may have been stored or not; the same attempt can be made again. */
  | { kind: 'unclear'; error: ApiError }
  | { kind: 'refused'; error: ApiError; problems: Problems };

export interface Server {
  create(href: string, document: Record<string, unknown>): Promise<unknown>;
  get(href: string, id: string): Promise<Doc>;
  isOnline(): boolean;
}

export const server: Server = { create: createDocument, get: getDocument, isOnline: () => navigator.onLine };

function asApiError(error: unknown): ApiError {
  return error instanceof ApiError ? error : new ApiError(NO_ANSWER, String(error), { cause: error });
}

/** A server that failed half way, or an answer that was lost on its way, may have stored it. */
const isUnclear = ({ status }: ApiError): boolean => status === NO_ANSWER || status === 408 || status >= 500;

/** What became of a document whose request failed. */
export function fate(cause: unknown): Outcome {
  const error = asApiError(cause);
  if (isUnclear(error)) return { kind: 'unclear', error };
  return { kind: 'refused', error, problems: errorsOfIssues(error.issues) };
}

/** Stores @document once, however often it is called. */
export async function store(resource: Resource, document: Values, to: Server = server): Promise<Outcome> {
  const { href, id_field: idField } = resource;
  const wasOffline = !to.isOnline(); // a browser may be wrong about it: trying is cheap
  try {
    await to.create(href, document);
    return { kind: 'stored', isRepeat: false };
  } catch (cause) {
    const error = asApiError(cause);
    const isTaken = error.status === 409 && idField in error.issues;
    if (wasOffline && error.status === NO_ANSWER) return { kind: 'offline' };
    return isTaken ? compare(resource, document, to) : fate(error);
  }
}

/** The id is taken: by an earlier attempt of ours, if the document is the same. */
export async function compare(resource: Resource, document: Values, to: Server): Promise<Outcome> {
  try {
    const stored = await to.get(resource.href, String(document[resource.id_field]));
    const fields = differences(document, stored, resource.schema);
    return fields.length === 0 ? { kind: 'stored', isRepeat: true } : { kind: 'differs', stored, fields };
  } catch (cause) {
    return fate(cause);
  }
}
