import { useCallback, useSyncExternalStore } from 'react';

/** Whether the window matches @query, now and whenever that changes. */
export function useMedia(query: string): boolean {
  const subscribe = useCallback(
    (listener: () => void) => {
      const list = window.matchMedia(query);
      list.addEventListener('change', listener);
      return () => list.removeEventListener('change', listener);
    },
    [query],
  );
  return useSyncExternalStore(subscribe, () => window.matchMedia(query).matches);
}

/** From here on there is room for a table and the navigation beside it. */
export const WIDE = '(min-width: 56rem)';
