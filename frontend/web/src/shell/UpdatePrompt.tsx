import { useEffect, useState } from 'react';
import { Button } from '../ui/Button';
import { startServiceWorker } from './update';

export function UpdatePrompt() {
  const [activate, setActivate] = useState<(() => void) | undefined>();
  useEffect(() => startServiceWorker((now) => setActivate(() => now)), []);
  return (
    <div role="status">
      {activate && (
        <div className="message">
          <span>New version ready</span>
          <Button variant="primary" onClick={activate}>
            Reload
          </Button>
          <Button onClick={() => setActivate(undefined)}>Later</Button>
        </div>
      )}
    </div>
  );
}
