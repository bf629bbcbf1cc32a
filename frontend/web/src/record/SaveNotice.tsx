import type { Doc } from '../api/documents';
import { sentence } from '../api/errors';
import { titleCase } from '../schema/words';
import { Button } from '../ui/Button';
import { Notice } from '../ui/Notice';
import type { Saving } from './useSave';

interface SaveNoticeProps {
  failed: NonNullable<Saving['failed']>;
  isBusy: boolean;
  canReplace: boolean;
  onReplace: (stored: Doc) => void;
  onAccept: () => void;
}

/** How the last attempt to save ended, and what that means for the form. */
export function SaveNotice({ failed, ...more }: SaveNoticeProps) {
  switch (failed.kind) {
    case 'offline':
      return (
        <Notice kind="warning" title="Not saved: there is no connection">
          <p>Everything you entered is kept on this device. Press Save again when you are online.</p>
        </Notice>
      );
    case 'unclear':
      return (
        <Notice kind="error" title="It is not known whether it was saved">
          <p>{sentence(failed.error)}</p>
          <p>Everything is kept here. Press Save again: it is stored once, however often you try.</p>
        </Notice>
      );
    case 'refused':
      return (
        <Notice kind="error" title="Not saved">
          <p>{sentence(failed.error)}</p>
          {failed.error.status !== 422 && <p className="muted">{`The server said: ${failed.error.message}`}</p>}
          <p>Everything is kept here.</p>
        </Notice>
      );
    case 'differs':
      return <Differs stored={failed.stored} fields={failed.fields} {...more} />;
  }
}

interface DiffersProps extends Omit<SaveNoticeProps, 'failed'> {
  stored: Doc;
  fields: string[];
}

function Differs({ stored, fields, isBusy, canReplace, onReplace, onAccept }: DiffersProps) {
  const names = fields.map(titleCase).join(', ');
  return (
    <Notice kind="warning" title="An earlier attempt was saved, without your changes since">
      <p>{`What the server has differs in: ${names}.`}</p>
      <div className="row">
        {canReplace && (
          <Button variant="primary" isBusy={isBusy} onClick={() => onReplace(stored)}>
            Save my changes
          </Button>
        )}
        <Button onClick={onAccept}>Keep what was saved</Button>
      </div>
    </Notice>
  );
}
