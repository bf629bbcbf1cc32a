import { useBlocker } from '@tanstack/react-router';
import { Button } from '../ui/Button';
import { Dialog } from '../ui/Dialog';

interface LeaveGuardProps {
  /** Asked at the moment of leaving. */
  isGuarded: () => boolean;
  onDiscard: () => void;
}

/** Asks before a way out of a form that holds changes. */
export function LeaveGuard({ isGuarded, onDiscard }: LeaveGuardProps) {
  const blocker = useBlocker({
    shouldBlockFn: ({ current, next }) => current.pathname !== next.pathname && isGuarded(),
    enableBeforeUnload: isGuarded,
    withResolver: true,
  });
  if (blocker.status !== 'blocked') return null;
  return (
    <Dialog
      title="Leave without saving?"
      onClose={blocker.reset}
      actions={
        <>
          <Button
            variant="danger"
            onClick={() => {
              onDiscard();
              blocker.proceed();
            }}
          >
            Discard the changes
          </Button>
          <Button onClick={blocker.proceed}>Leave, keep them</Button>
          <Button variant="primary" data-first-focus onClick={blocker.reset}>
            Stay
          </Button>
        </>
      }
    >
      <p>What you typed is not saved. It can be kept in this tab until you come back.</p>
    </Dialog>
  );
}
