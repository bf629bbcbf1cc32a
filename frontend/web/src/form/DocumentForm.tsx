import './form.css';
import { useNavigate } from '@tanstack/react-router';
import { useMemo, useRef } from 'react';
import type { Doc } from '../api/documents';
import type { ApiSchema, Resource } from '../schema/types';
import { Button } from '../ui/Button';
import { announce } from '../ui/Messages';
import { Notice } from '../ui/Notice';
import { ErrorSummary } from './ErrorSummary';
import { FieldInput } from './FieldInput';
import { FormProvider } from './FormContext';
import { LeaveGuard } from './LeaveGuard';
import { SaveProblem } from './SaveProblem';
import { Members } from './inputs/DictInput';
import { useDocumentForm } from './useDocumentForm';
import { useSave } from './useSave';

interface DocumentFormProps {
  name: string;
  resource: Resource;
  schema: ApiSchema;
  /** The document to change; undefined for a new one. */
  doc: Doc | undefined;
}

export function DocumentForm({ name, resource, schema, doc }: DocumentFormProps) {
  const navigate = useNavigate();
  const form = useDocumentForm(resource.schema, doc, `${resource.href}/${doc?._id ?? 'new'}`);
  const isLeaving = useRef(false);
  const noun = resource.item_title;
  const saving = useSave(resource, form, ({ id, isChanged }) => {
    isLeaving.current = true;
    form.drop();
    announce(isChanged ? `${noun} saved` : 'Nothing was changed');
    void navigate({ to: '/r/$resource/$id', params: { resource: name, id } });
  });
  const state = useMemo(() => ({ schema, errors: form.errors, set: form.set }), [schema, form.errors, form.set]);
  const leave = () =>
    void (doc
      ? navigate({ to: '/r/$resource/$id', params: { resource: name, id: doc._id } })
      : navigate({ to: '/r/$resource', params: { resource: name } }));
  return (
    <FormProvider value={state}>
      <LeaveGuard isGuarded={() => form.isDirty && !isLeaving.current} onDiscard={form.drop} />
      {form.isRestored && form.isDirty && (
        <Notice title="Restored what you typed before">
          <Button onClick={() => form.rebase(doc)}>Discard it</Button>
        </Notice>
      )}
      <SaveProblem name={name} resource={resource} schema={schema} form={form} saving={saving} />
      <form
        className="stack"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          saving.save();
        }}
      >
        <ErrorSummary errors={form.errors} attempt={saving.attempt} />
        <div className="card">
          <Members path="" fields={resource.schema} raw={form.raw} Input={FieldInput} />
        </div>
        <div className="form-actions">
          <Button type="submit" variant="primary" icon="save" isBusy={saving.isBusy}>
            {doc ? 'Save' : `Create ${noun.toLowerCase()}`}
          </Button>
          <Button onClick={leave}>Cancel</Button>
          {form.isDirty && <span className="muted small form-state">Not saved yet</span>}
        </div>
      </form>
    </FormProvider>
  );
}
