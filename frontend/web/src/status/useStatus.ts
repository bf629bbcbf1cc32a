import { queryOptions, useQuery } from '@tanstack/react-query';
import { apiUrl, request } from '../api/client';
import { ApiError } from '../api/errors';
import { type Pods, addAnswer } from './series';
import type { PodStatus } from './types';

const EVERY_MS = 2_000;

const isOff = (error: unknown) => error instanceof ApiError && error.status === 404;

/** What is kept is not the last answer but what all of them together tell. */
export const statusQuery = queryOptions({
  queryKey: ['status'],
  queryFn: async ({ signal, client }): Promise<Pods> => {
    const status = await request<PodStatus>(apiUrl('status'), { signal, timeoutMs: 10_000 });
    return addAnswer(client.getQueryData<Pods>(['status']) ?? [], status, Date.now());
  },
  initialData: [] as Pods, // so that a failure is shown until there is an answer, not only until the next question
  staleTime: 0,
  retry: false, // the next question is the retry
  structuralSharing: false, // each answer is another one, though it may say the same
});

interface StatusAnswer {
  pods: Pods;
  error: unknown;
  /** The server does not show its status at this address. */
  isOff: boolean;
  isFetching: boolean;
  ask: () => void;
}

/** Asks every two seconds, as long as the page is seen and nobody paused it. */
export function useStatus(isPaused: boolean): StatusAnswer {
  const { data, error, isFetching, refetch } = useQuery({
    ...statusQuery,
    refetchInterval: ({ state }) => (isPaused || isOff(state.error) ? false : EVERY_MS),
    refetchIntervalInBackground: false,
  });
  return { pods: data, error, isOff: isOff(error), isFetching, ask: () => void refetch() };
}
