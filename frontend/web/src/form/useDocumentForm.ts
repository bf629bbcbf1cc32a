import { useCallback, useEffect, useState } from 'react';
import type { Doc } from '../api/documents';
import type { Fields } from '../schema/types';
import { type Draft, dropDraft, loadDraft, saveDraft } from './draft';
import { type Errors, withoutErrors } from './errors';
import { type Raw, type RawDict, documentToRaw, emptyDict, isSameRaw, withRaw } from './raw';

export interface DocumentForm {
  /** The version that the form began with; undefined for a new document. */
  readonly base: Doc | undefined;
  readonly baseRaw: RawDict;
  readonly raw: RawDict;
  readonly errors: Errors;
  readonly isDirty: boolean;
  /** What is shown was typed before a reload or another page. */
  readonly isRestored: boolean;
  readonly set: (path: string, raw: Raw) => void;
  readonly setErrors: (errors: Errors) => void;
  /** Goes on from another version, with other texts. */
  readonly rebase: (base: Doc | undefined, raw?: RawDict) => void;
  readonly drop: () => void;
  readonly sentAs: string | undefined;
  readonly setSentAs: (id: string) => void;
  /** The form goes on from @base, with what is typed in it. */
  readonly goOn: (base: Doc) => void;
}

const startOf = (fields: Fields, base: Doc | undefined): RawDict => (base ? documentToRaw(fields, base) : emptyDict(fields));

/** The state of a form, kept as a draft named @draftName from the first change on. */
export function useDocumentForm(fields: Fields, doc: Doc | undefined, draftName: string): DocumentForm {
  const [kept] = useState(() => loadDraft(draftName));
  const [draft, setDraft] = useState<Draft>(() => kept ?? { base: doc, raw: startOf(fields, doc) });
  const [errors, setErrors] = useState<Errors>({});
  const [isRestored, setRestored] = useState(kept !== undefined);
  const { base, raw, sentAs } = draft;
  const [baseRaw, setBaseRaw] = useState(() => startOf(fields, base));
  const isDirty = !isSameRaw(raw, baseRaw);

  useEffect(() => {
    if (isDirty) saveDraft(draftName, { base, raw, sentAs });
    else dropDraft(draftName);
  }, [draftName, base, raw, sentAs, isDirty]);

  const set = useCallback((path: string, value: Raw) => {
    setDraft((now) => ({ ...now, raw: withRaw(now.raw, path, value) }));
    setErrors((now) => withoutErrors(now, path));
  }, []);
  const rebase = (nextBase: Doc | undefined, nextRaw?: RawDict) => {
    const start = startOf(fields, nextBase);
    setBaseRaw(start);
    setDraft({ base: nextBase, raw: nextRaw ?? start });
    setErrors({});
    setRestored(false);
  };
  return {
    base, baseRaw, raw, errors, isDirty, isRestored, set, setErrors, rebase,
    drop: () => dropDraft(draftName),
    sentAs,
    setSentAs: (id) => setDraft((now) => ({ ...now, sentAs: id })),
    goOn: (next) => {
      setBaseRaw(startOf(fields, next));
      setDraft((now) => ({ base: next, raw: now.raw }));
    },
  };
}
