import { ApiError, sentence } from '../api/errors';
import { Button } from './Button';
import { Notice } from './Notice';

interface ErrorStateProps {
  error: unknown;
  /** In place of the usual sentence for @error. */
  text?: string;
  onRetry?: () => void;
  isRetrying?: boolean;
}

/** What failed, in a sentence, with the server's own words below it and a way to try again. */
export function ErrorState({ error, text, onRetry, isRetrying = false }: ErrorStateProps) {
  const said = error instanceof ApiError && error.status >= 400 ? `${error.status}: ${error.message}` : undefined;
  return (
    <Notice kind="error" title={text ?? sentence(error)}>
      {said && <p className="muted">{`The server said ${said}`}</p>}
      {onRetry && (
        <Button icon="refresh" onClick={onRetry} isBusy={isRetrying}>
          Retry
        </Button>
      )}
    </Notice>
  );
}
