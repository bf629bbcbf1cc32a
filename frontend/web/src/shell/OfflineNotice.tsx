import { useSyncExternalStore } from 'react';
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
  if (useOnline()) return null;
  return (
    <Notice kind="warning" title="You are offline">
      What you type is kept on this device. Saving and fresh data have to wait for a connection.
    </Notice>
  );
}
