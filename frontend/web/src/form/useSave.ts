import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { type Doc, getDocument } from '../api/documents';
import { ApiError } from '../api/errors';
import { newObjectId } from '../api/objectId';
import { itemQuery } from '../api/queries';
import type { Resource } from '../schema/types';
import { announce } from '../ui/Messages';
import { errorsOfIssues } from './errors';
import { type RawDict, isSameRaw } from './raw';
import { FormError, saveChanges, saveNew } from './save';
import type { DocumentForm } from './useDocumentForm';

export type Problem =
  | { readonly kind: 'conflict'; readonly theirs: Doc }
  | { readonly kind: 'gone' }
  | { readonly kind: 'failure'; readonly error: unknown };

interface Saved {
  readonly id: string;
  readonly isChanged: boolean;
}

interface Attempt {
  readonly base: Doc | undefined;
  readonly raw: RawDict;
}

/** Saving a form, and what may come in between. Nothing typed is lost by any of it. */
export function useSave(resource: Resource, form: DocumentForm, onSaved: (saved: Saved) => void) {
  const client = useQueryClient();
  const [problem, setProblem] = useState<Problem>();
  const [attempt, setAttempt] = useState(0);

  const mutation = useMutation({
    mutationFn: async ({ base, raw }: Attempt): Promise<Saved> => {
      if (!base) {
        const id = form.sentAs ?? newObjectId();
        form.setSentAs(id);
        return { id: await saveNew(resource, raw, id), isChanged: true };
      }
      return { id: base._id, isChanged: await saveChanges(resource, base, raw) };
    },
    onSuccess: async (saved, sent) => {
      setProblem(undefined);
      if (!isSameRaw(form.raw, sent.raw)) {
        await goOn(saved.id);
        return;
      }
      client.removeQueries({ queryKey: ['documents', resource.href, 'item', saved.id] });
      void client.invalidateQueries({ queryKey: ['documents', resource.href] });
      onSaved(saved);
    },
    onError: async (error, { base }) => setProblem(await problemOf(error, base)),
  });

  /** Something was typed while the answer was on its way: the form stays, with that. */
  const goOn = async (id: string) => {
    const stored = await client.fetchQuery({ ...itemQuery(resource.href, id), staleTime: 0 });
    form.goOn(stored);
    announce('Saved, but not yet what you typed meanwhile');
    void client.invalidateQueries({ queryKey: ['documents', resource.href] });
  };

  const problemOf = async (error: unknown, base: Doc | undefined): Promise<Problem | undefined> => {
    const errors = error instanceof FormError ? error.errors : error instanceof ApiError ? errorsOfIssues(error.issues) : {};
    if (Object.keys(errors).length > 0) {
      form.setErrors(errors);
      setAttempt((n) => n + 1);
      return undefined;
    }
    if (!(error instanceof ApiError) || !base) return { kind: 'failure', error };
    if (error.status === 404) return { kind: 'gone' };
    if (error.status !== 412) return { kind: 'failure', error };
    try {
      return { kind: 'conflict', theirs: await getDocument(resource.href, base._id) };
    } catch (again) {
      return again instanceof ApiError && again.status === 404 ? { kind: 'gone' } : { kind: 'failure', error: again };
    }
  };

  const save = (what: Attempt = form) => {
    if (!mutation.isPending) mutation.mutate({ base: what.base, raw: what.raw });
  };
  return { save, problem, clearProblem: () => setProblem(undefined), isBusy: mutation.isPending, attempt };
}
