import { useRouter } from '@tanstack/react-router';
import { ErrorState } from '../ui/ErrorState';
import { Page } from '../ui/Page';

/** A page that failed to load or to draw: a new version on the server, or our mistake. */
export function RouteError({ error, reset }: { error: unknown; reset: () => void }) {
  const router = useRouter();
  const isStale = error instanceof TypeError && /import|module/i.test(error.message);
  const retry = () => {
    if (isStale) {
      location.reload();
      return;
    }
    reset();
    void router.invalidate();
  };
  return (
    <Page title="Something went wrong">
      <ErrorState
        error={error}
        text={isStale ? 'This part of the application could not be loaded. There may be a new version.' : undefined}
        onRetry={retry}
      />
    </Page>
  );
}
