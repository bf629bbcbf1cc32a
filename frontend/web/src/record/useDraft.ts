import { useSyncExternalStore } from 'react';
import { type Ref, newDraft } from './draft';
import { type DraftState, DraftStore } from './draftStore';
import { recall } from './remembered';

export const drafts = new DraftStore(
  () => localStorage,
  () => newDraft({ device: recall<Ref>('device') }),
);

export const useDraft = (): DraftState => useSyncExternalStore(drafts.subscribe, drafts.get);
