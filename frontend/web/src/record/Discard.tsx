import { useState } from 'react';
import { Button } from '../ui/Button';
import { Dialog } from '../ui/Dialog';

interface DiscardProps {
  /** An attempt to save was made whose outcome is not known. */
  isUnclear: boolean;
  onDiscard: () => void;
}

export function Discard({ isUnclear, onDiscard }: DiscardProps) {
  const [isAsking, setIsAsking] = useState(false);
  const close = () => setIsAsking(false);
  const discard = () => {
    close();
    onDiscard();
  };
  return (
    <>
      <Button variant="quiet" onClick={() => setIsAsking(true)}>
        Discard draft
      </Button>
      {isAsking && (
        <Dialog
          title="Discard this draft?"
          onClose={close}
          actions={
            <>
              <Button onClick={close}>Keep it</Button>
              <Button variant="danger" icon="trash" onClick={discard}>
                Discard
              </Button>
            </>
          }
        >
          <p>What you entered is deleted from this device.</p>
          {isUnclear && <p>The server may have stored it already: the last answer was lost.</p>}
        </Dialog>
      )}
    </>
  );
}
