import { Workbox } from 'workbox-window';

const HOUR_MS = 3_600_000;

interface TrustedScripts {
  createPolicy(name: string, rules: { createScriptURL: (url: string) => string }): {
    createScriptURL: (url: string) => string;
  };
}

/** The policy of index.html asks for a trusted type here, where the browser knows them. */
function workerUrl(): string {
  const { trustedTypes } = window as unknown as { trustedTypes?: TrustedScripts };
  const policy = trustedTypes?.createPolicy('narwhal', {
    createScriptURL(url) {
      if (url !== '/sw.js') throw new TypeError(`not a script of ours: ${url}`);
      return url;
    },
  });
  return policy?.createScriptURL('/sw.js') ?? '/sw.js';
}

/** Starts the service worker; @onWaiting gets what activates a new version once it is ready, and reloads the page. */
export function startServiceWorker(onWaiting: (activate: () => void) => void): void {
  if (!import.meta.env.PROD || !('serviceWorker' in navigator)) return;
  const workbox = new Workbox(workerUrl());
  workbox.addEventListener('waiting', () =>
    onWaiting(() => {
      workbox.addEventListener('controlling', () => location.reload());
      workbox.messageSkipWaiting();
    }),
  );
  void workbox.register().then(
    () => setInterval(() => void workbox.update().catch(() => undefined), HOUR_MS),
    () => undefined, // no service worker: everything but the offline start works
  );
}
