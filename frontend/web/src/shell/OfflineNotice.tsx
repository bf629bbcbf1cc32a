import { useQuery } from '@tanstack/react-query';
import { useSyncExternalStore } from 'react';
import { schemaQuery } from '../api/queries';
import { Notice } from '../ui/Notice';

function subscribe(listener: () => void): () => void {
  window.addEventListener('online', listener);
  window.addEventListener('offline', listener);
  return () => {
    window.removeEventListener('online', listener);
    window.removeEventListener('offline', listener);
  };
}

export const useOnline = (): boolean => useSyncExternalStore(subscribe, () => navigator.onLine);

export function OfflineNotice() {
  const isOnline = useOnline();
  const { data: schema } = useQuery(schemaQuery);
  if (isOnline && !schema?.isRemembered) return null;
  if (isOnline) {
    return (
      <Notice kind="warning" title="The server does not answer">
        What you type is kept on this device. What the server offers is shown as it was the last time.
      </Notice>
    );
  }
  return (
    <Notice kind="warning" title="You are offline">
      What you type is kept on this device. Saving and fresh data have to wait for a connection.
    </Notice>
  );
}
