import { useNavigate } from '@tanstack/react-router';
import { useEffect, useRef } from 'react';
import type { ApiSchema, Resource } from '../schema/types';
import { Button } from '../ui/Button';
import { ErrorState } from '../ui/ErrorState';
import { announce } from '../ui/Messages';
import { Notice } from '../ui/Notice';
import { Conflict } from './Conflict';
import type { DocumentForm } from './useDocumentForm';
import type { useSave } from './useSave';

interface SaveProblemProps {
  name: string;
  resource: Resource;
  schema: ApiSchema;
  form: DocumentForm;
  saving: ReturnType<typeof useSave>;
}

/** Why saving did not work, and the ways on. */
export function SaveProblem({ name, resource, schema, form, saving }: SaveProblemProps) {
  const { problem } = saving;
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (!problem) return;
    box.current?.focus({ preventScroll: true });
    box.current?.scrollIntoView?.({ block: 'start' });
  }, [problem]);
  if (!problem) return null;
  return (
    <div ref={box} className="problem" tabIndex={-1}>
      {problem.kind === 'failure' && (
        <ErrorState error={problem.error} onRetry={() => saving.save()} isRetrying={saving.isBusy} />
      )}
      {problem.kind === 'gone' && <Gone name={name} resource={resource} form={form} saving={saving} />}
      {problem.kind === 'conflict' && form.base && (
        <Conflict
          key={problem.theirs._etag}
          resource={resource}
          schema={schema}
          base={form.base}
          raw={form.raw}
          theirs={problem.theirs}
          isBusy={saving.isBusy}
          onTheirs={() => {
            form.rebase(problem.theirs);
            saving.clearProblem();
            announce('This is the newer version now');
          }}
          onMerged={(raw) => {
            form.rebase(problem.theirs, raw);
            saving.save({ base: problem.theirs, raw });
          }}
        />
      )}
    </div>
  );
}

function Gone({ name, resource, form, saving }: Omit<SaveProblemProps, 'schema'>) {
  const navigate = useNavigate();
  const noun = resource.item_title.toLowerCase();
  const discard = () => {
    form.rebase(form.base); // no longer changed: nothing to ask about
    form.drop();
    setTimeout(() => void navigate({ to: '/r/$resource', params: { resource: name } }));
  };
  return (
    <Notice kind="warning" title={`Somebody deleted this ${noun} while you were editing`}>
      <p>Your changes have nowhere to go. What the form holds can become a new document.</p>
      <div className="row">
        {resource.resource_methods.includes('POST') && (
          <Button
            variant="primary"
            icon="add"
            isBusy={saving.isBusy}
            onClick={() => saving.save({ base: undefined, raw: form.raw })}
          >
            {`Create a new ${noun} from it`}
          </Button>
        )}
        <Button onClick={discard}>Discard my changes</Button>
      </div>
    </Notice>
  );
}
