import './status.css';
import { useState } from 'react';
import { API_BASE } from '../config';
import { count } from '../schema/words';
import { Button } from '../ui/Button';
import { EmptyState } from '../ui/EmptyState';
import { ErrorState } from '../ui/ErrorState';
import { Page } from '../ui/Page';
import { Skeleton } from '../ui/Skeleton';
import { PodCard } from './PodCard';
import { type Pods } from './series';
import { useStatus } from './useStatus';

export function StatusPage() {
  const [isPaused, setIsPaused] = useState(false);
  const { pods, error, isOff, isFetching, ask } = useStatus(isPaused);
  if (isOff) {
    return (
      <Page title="Status">
        <SwitchedOff isAsking={isFetching} onAsk={ask} />
      </Page>
    );
  }
  return (
    <Page
      title="Status"
      actions={pods.length > 0 && <Button onClick={() => setIsPaused(!isPaused)}>{isPaused ? 'Go on' : 'Pause'}</Button>}
    >
      {error !== null && (
        <ErrorState
          error={error}
          text={pods.length > 0 ? 'The server does not answer now. Below is what it said last.' : undefined}
          onRetry={ask}
          isRetrying={isFetching}
        />
      )}
      {pods.length === 0 && error === null && <Skeleton label="Asking the server how it is" lines={6} />}
      {pods.length > 0 && <p className="muted small">{howOften(pods, isPaused)}</p>}
      {pods.map((pod) => (
        <PodCard key={pod.key} pod={pod} />
      ))}
    </Page>
  );
}

function howOften(pods: Pods, isPaused: boolean): string {
  const servers = pods.length > 1 ? `${count(pods.length, 'server')} answered in the last half minute. ` : '';
  return servers + (isPaused ? 'Paused.' : 'Asked every two seconds while this page is seen.');
}

function SwitchedOff({ isAsking, onAsk }: { isAsking: boolean; onAsk: () => void }) {
  return (
    <EmptyState
      icon="pulse"
      title="This server does not show its status"
      text={
        <>
          Who runs it can switch that on with <code>{`--status-path ${API_BASE}/status`}</code>. Whoever reaches this address
          sees it then; on the admin listener it is there always.
        </>
      }
    >
      <Button icon="refresh" isBusy={isAsking} onClick={onAsk}>
        Ask again
      </Button>
    </EmptyState>
  );
}
