import '../form/form.css';
import './record.css';
import type { ApiSchema, Resource } from '../schema/types';
import { WithResource } from '../schema/WithResource';
import { EmptyState } from '../ui/EmptyState';
import { LinkButton } from '../ui/Button';
import { Page } from '../ui/Page';
import { RecordForm } from './RecordForm';
import { SavedView } from './SavedView';
import { canRecord } from './canRecord';
import { type Draft, isWorthKeeping, newDraft } from './draft';
import { remember } from './remembered';
import { drafts, useDraft } from './useDraft';
import { useProblems } from './useProblems';
import { useSave } from './useSave';

const TITLE = 'Record a fingerprint';

export function RecordPage() {
  return (
    <WithResource name="fingerprints" title={TITLE}>
      {(resource, schema) => (
        <Page title={TITLE}>{canRecord(schema) ? <Flow resource={resource} schema={schema} /> : <Impossible />}</Page>
      )}
    </WithResource>
  );
}

function Impossible() {
  return (
    <EmptyState icon="target" title="This server takes no fingerprints" text="Its domain does not allow to add them.">
      <LinkButton to="/" variant="primary">
        See what there is
      </LinkButton>
    </EmptyState>
  );
}

function Flow({ resource, schema }: { resource: Resource; schema: ApiSchema }) {
  const state = useDraft();
  const all = useProblems(state.draft, resource);
  const saving = useSave(schema, all);

  const startAgain = (draft?: Draft) => {
    // Another tab may have begun the next one already.
    if (!saving.saved || !isWorthKeeping(state.draft)) drafts.replace(draft);
    saving.forget();
    window.scrollTo(0, 0);
  };
  if (saving.saved) {
    const { site, floor, device } = saving.saved.draft;
    return (
      <SavedView saved={saving.saved} resource={resource} onAnother={() => startAgain(newDraft({ site, floor, device }))} />
    );
  }
  return (
    <RecordForm
      state={state}
      schema={schema}
      resource={resource}
      problems={all.problems}
      saving={saving}
      onDevice={(device) => {
        drafts.update({ device });
        remember('device', device);
      }}
      onDiscard={() => startAgain()}
    />
  );
}
