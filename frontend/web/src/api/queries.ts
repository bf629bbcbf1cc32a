import { QueryClient, queryOptions } from '@tanstack/react-query';
import { type ListQuery, getDocument, listDocuments } from './documents';
import { ApiError, isTransient } from './errors';
import { getSchema } from './lastSchema';

/** Reads are repeated when that may help; writes never are: the first may have arrived. */
export function makeQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        // "online" would leave a page waiting without a word when the browser believes to be offline.
        networkMode: 'always',
        staleTime: 5_000,
        retry: (failures, error) => failures < 2 && isTransient(error),
        retryDelay: (attempt, error) => {
          const asked = error instanceof ApiError ? error.retryAfter : undefined;
          return asked === undefined ? 500 * 2 ** attempt : Math.min(asked, 10) * 1000;
        },
      },
      mutations: { networkMode: 'always', retry: false },
    },
  });
}

export const schemaQuery = queryOptions({
  queryKey: ['schema'],
  queryFn: ({ signal }) => getSchema(signal),
  refetchInterval: ({ state }) => (state.data?.isRemembered ? 10_000 : false), // until it answers again
  staleTime: 60_000,
});

/** Everything of one resource begins with ['documents', href]: invalidate that after a write. */
export const listQuery = (href: string, query: ListQuery) =>
  queryOptions({
    queryKey: ['documents', href, 'list', query],
    queryFn: ({ signal }) => listDocuments(href, query, signal),
  });

export const itemQuery = (href: string, id: string) =>
  queryOptions({
    queryKey: ['documents', href, 'item', id],
    queryFn: ({ signal }) => getDocument(href, id, signal),
  });
