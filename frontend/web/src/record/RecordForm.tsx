import { useEffect, useRef, useState } from 'react';
import { type Relation, relationOf } from '../schema/references';
import type { ApiSchema, Resource } from '../schema/types';
import { count } from '../schema/words';
import { useOnline } from '../shell/OfflineNotice';
import { Button } from '../ui/Button';
import { Field } from '../ui/Field';
import { Notice } from '../ui/Notice';
import { Discard } from './Discard';
import { FloorField } from './FloorField';
import { NoteField } from './NoteField';
import { PositionField } from './PositionField';
import { ReadingsField } from './ReadingsField';
import { RefPicker } from './RefPicker';
import { SaveNotice } from './SaveNotice';
import { SiteField } from './SiteField';
import { TakenAtField } from './TakenAtField';
import { type Ref, isWorthKeeping } from './draft';
import type { DraftState } from './draftStore';
import { readingRules } from './reading';
import { drafts } from './useDraft';
import { type useProblems, withoutField } from './useProblems';
import type { Saving } from './useSave';

interface RecordFormProps {
  state: DraftState;
  schema: ApiSchema;
  resource: Resource;
  problems: ReturnType<typeof useProblems>['problems'];
  saving: Saving;
  onDevice: (device: Ref | null) => void;
  onDiscard: () => void;
}

export function RecordForm({ state, schema, resource, problems, saving, onDevice, onDiscard }: RecordFormProps) {
  const { draft, isRestored } = state;
  const [rules] = useState(() => readingRules(resource));
  const form = useRef<HTMLFormElement>(null);
  const [attempts, setAttempts] = useState(0);
  const { schema: fields } = resource;
  const site = relationOf(schema, fields['site'] ?? {});
  const device = relationOf(schema, fields['device'] ?? {});

  useEffect(() => {
    // To what has to be corrected first, when an attempt to save ended there.
    if (attempts > 0) form.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus();
  }, [attempts]);

  async function save() {
    await saving.save();
    setAttempts((n) => n + 1);
  }

  return (
    <form
      ref={form}
      className="stack record"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        void save();
      }}
    >
      {isRestored && isWorthKeeping(draft) && !saving.failed && <Restored isUnclear={draft.unclearAt !== null} />}
      {site && (
        <SiteField
          relation={site}
          value={draft.site}
          errors={problems['site']}
          onChange={(value) => drafts.update({ site: value })}
        />
      )}
      <PositionField draft={draft} problems={problems} />
      {fields['floor'] && (
        <FloorField
          value={draft.floor}
          rules={fields['floor']}
          errors={problems['floor']}
          onChange={(floor) => drafts.update({ floor })}
        />
      )}
      {device && <DeviceField relation={device} value={draft.device} errors={problems['device']} onChange={onDevice} />}
      <ReadingsField
        rows={draft.rows}
        paste={draft.paste}
        rules={rules}
        problems={problems}
        onChange={(changes) => drafts.update(changes)}
      />
      <TakenAtField
        value={draft.takenAt}
        errors={problems['taken_at']}
        onChange={(takenAt) => drafts.update({ takenAt })}
      />
      {fields['note'] && (
        <NoteField
          value={draft.note}
          rules={fields['note']}
          errors={problems['note']}
          onChange={(note) => drafts.update({ note })}
        />
      )}
      <SaveBar {...{ state, resource, problems, saving, onDiscard }} />
    </form>
  );
}

function Restored({ isUnclear }: { isUnclear: boolean }) {
  return (
    <Notice title="Your draft is still here">
      <p>
        {isUnclear
          ? 'The last attempt to save had no clear answer. Press Save again: it is stored once, however often you try.'
          : 'It was kept on this device.'}
      </p>
    </Notice>
  );
}

interface DeviceFieldProps {
  relation: Relation;
  value: Ref | null;
  errors: readonly string[] | undefined;
  onChange: (device: Ref | null) => void;
}

function DeviceField({ relation, value, errors, onChange }: DeviceFieldProps) {
  return (
    <Field label="Device" errors={errors} hint="What took the readings. Remembered for the next time.">
      {(control) => <RefPicker {...{ control, relation, value, onChange }} />}
    </Field>
  );
}

type SaveBarProps = Pick<RecordFormProps, 'state' | 'resource' | 'problems' | 'saving' | 'onDiscard'>;

function SaveBar({ state: { draft, isKept }, resource, problems, saving, onDiscard }: SaveBarProps) {
  const isOnline = useOnline();
  const n = Object.keys(problems).length;
  const others = withoutField(problems, draft);
  return (
    <div className="record-save">
      {n > 0 && !saving.failed && (
        <Notice kind="error" title={`${count(n, 'thing')} to correct before it can be saved`} />
      )}
      {saving.failed && (
        <SaveNotice
          failed={saving.failed}
          isBusy={saving.isBusy}
          canReplace={resource.item_methods.includes('PUT')}
          onReplace={(stored) => void saving.replace(stored)}
          onAccept={saving.accept}
        />
      )}
      {others.length > 0 && (
        <ul className="record-bad small">
          {others.map(([path, texts]) => (
            <li key={path}>{`${path}: ${texts.join(', ')}`}</li>
          ))}
        </ul>
      )}
      <Button type="submit" variant="primary" icon="save" className="record-big" isBusy={saving.isBusy}>
        Save fingerprint
      </Button>
      <p className="small muted">{keptText(isKept, isOnline)}</p>
      {(isWorthKeeping(draft) || draft.site !== null || draft.floor !== '') && (
        <Discard isUnclear={draft.unclearAt !== null} onDiscard={onDiscard} />
      )}
    </div>
  );
}

function keptText(isKept: boolean, isOnline: boolean): string {
  if (!isKept) return 'This browser keeps no drafts: do not close the page before it is saved.';
  if (!isOnline) return 'You are offline: Save will keep it here. Try again when you are online.';
  return 'Until it is saved, all of it is kept on this device.';
}
