import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { Doc } from '../api/documents';
import type { ApiSchema, Resource } from '../schema/types';
import { attempt, replaceStored } from './attempt';
import { buildDocument } from './document';
import type { Draft } from './draft';
import type { Outcome } from './save';
import { drafts } from './useDraft';
import type { useProblems } from './useProblems';

/** What was stored, for the page that says so. */
export interface Saved {
  draft: Draft;
  isRepeat: boolean;
}

export interface Saving {
  isBusy: boolean;
  /** How the last attempt ended; undefined: there was none, or it is being made. */
  failed?: Exclude<Outcome, { kind: 'stored' }>;
  saved?: Saved;
  /** Resolves to false when the draft is not right yet. */
  save: () => Promise<boolean>;
  replace: (stored: Doc) => Promise<void>;
  /** Takes what the server has as saved. */
  accept: () => void;
  forget: () => void;
}

export function useSave(schema: ApiSchema, { show, tell, reset }: ReturnType<typeof useProblems>): Saving {
  const [isBusy, setIsBusy] = useState(false);
  const [failed, setFailed] = useState<Saving['failed']>();
  const [saved, setSaved] = useState<Saved>();
  const queries = useQueryClient();
  const fingerprints = schema.resources['fingerprints'] as Resource;

  function finish(isRepeat: boolean) {
    const { draft } = drafts.get();
    reset();
    setFailed(undefined);
    setSaved({ draft, isRepeat });
    drafts.replace();
    void queries.invalidateQueries({ queryKey: ['documents'] });
  }

  async function send(how: () => Promise<Outcome>) {
    if (isBusy) return;
    const { id } = drafts.get().draft;
    setIsBusy(true);
    setFailed(undefined);
    const outcome = await how();
    setIsBusy(false);
    const { draft } = drafts.get();
    if (draft.id !== id) return; // another tab has saved or discarded it
    if (outcome.kind === 'stored') {
      finish(outcome.isRepeat);
      return;
    }
    if (outcome.kind === 'refused') tell(outcome.problems, draft);
    setFailed(outcome);
  }

  /** The document of the draft; undefined, and shown why, when it is not right yet. */
  function build() {
    show();
    const { document, problems } = buildDocument(drafts.get().draft, fingerprints, new Date());
    return Object.keys(problems).length > 0 ? undefined : document;
  }

  return {
    isBusy,
    failed,
    saved,
    async save() {
      if (!build()) return false;
      await send(() => attempt(drafts, schema));
      return true;
    },
    async replace(stored) {
      const document = build();
      if (document) await send(() => replaceStored(fingerprints, stored, document));
    },
    accept: () => finish(true),
    forget() {
      setSaved(undefined);
      setFailed(undefined);
      reset();
    },
  };
}
