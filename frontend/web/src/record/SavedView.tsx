import { useEffect, useRef } from 'react';
import type { Resource } from '../schema/types';
import { count } from '../schema/words';
import { Button, LinkButton } from '../ui/Button';
import { Notice } from '../ui/Notice';
import { RecordedHere } from './RecordedHere';
import type { Saved } from './useSave';

interface SavedViewProps {
  saved: Saved;
  resource: Resource;
  onAnother: () => void;
}

export function SavedView({ saved: { draft, isRepeat }, resource, onAnother }: SavedViewProps) {
  const top = useRef<HTMLDivElement>(null);
  useEffect(() => {
    top.current?.focus(); // the form that had the focus is gone
    window.scrollTo(0, 0);
  }, []);
  const site = draft.site?.name ?? '';
  const text = `Saved ${count(draft.rows.length, 'reading')} at ${site}.`;
  return (
    <div className="stack record" ref={top} tabIndex={-1}>
      <Notice kind="success" title={text}>
        {isRepeat && <p>An earlier attempt had arrived already; it is stored once.</p>}
      </Notice>
      <div className="record-after">
        <Button variant="primary" icon="add" onClick={onAnother}>
          Record another here
        </Button>
        <LinkButton to="/r/$resource/$id" params={{ resource: 'fingerprints', id: draft.id }}>
          Open what was saved
        </LinkButton>
      </div>
      {draft.site && <RecordedHere site={draft.site.id} justSaved={draft.id} resource={resource} />}
    </div>
  );
}
