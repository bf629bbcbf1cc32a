import type { Doc } from '../api/documents';
import type { RawDict } from './raw';

/** A form as it was left: the version that was being changed, and what was typed. */
export interface Draft {
  readonly base: Doc | undefined;
  readonly raw: RawDict;
  /** The id that a new document was sent under, once it was: sent again after a reload, it is still one. */
  readonly sentAs?: string;
}

const keyOf = (name: string) => `narwhal.draft.${name}`;

/** Kept for this tab: it outlives a reload and a way to another page. @name: "devices/ID". */
export function saveDraft(name: string, draft: Draft): void {
  try {
    sessionStorage.setItem(keyOf(name), JSON.stringify(draft));
  } catch {
    // No room or no storage: the question before leaving still guards what was typed.
  }
}

export function loadDraft(name: string): Draft | undefined {
  try {
    const text = sessionStorage.getItem(keyOf(name));
    return text === null ? undefined : (JSON.parse(text) as Draft);
  } catch {
    return undefined;
  }
}

export function dropDraft(name: string): void {
  try {
    sessionStorage.removeItem(keyOf(name));
  } catch {
    // Nothing was kept, then.
  }
}
