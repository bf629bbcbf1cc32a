import { useState } from 'react';
import { count } from '../schema/words';
import { Button } from '../ui/Button';
import { Dialog } from '../ui/Dialog';

export function RemoveAll({ n, onRemove }: { n: number; onRemove: () => void }) {
  const [isAsking, setIsAsking] = useState(false);
  const close = () => setIsAsking(false);
  const remove = () => {
    close();
    onRemove();
  };
  return (
    <>
      <Button variant="quiet" onClick={() => setIsAsking(true)}>
        Remove all
      </Button>
      {isAsking && (
        <Dialog
          title={`Remove ${count(n, 'reading')}?`}
          onClose={close}
          actions={
            <>
              <Button onClick={close}>Keep them</Button>
              <Button variant="danger" icon="trash" onClick={remove}>
                Remove all
              </Button>
            </>
          }
        >
          <p>The rest of the fingerprint stays as it is.</p>
        </Dialog>
      )}
    </>
  );
}
