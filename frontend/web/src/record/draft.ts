import { newObjectId } from '../api/objectId';
import type { Row } from './reading';

/** A document that a fingerprint points to, with the name that people know it by. */
export interface Ref {
  id: string;
  name: string;
}

/** A site that is stored together with its first fingerprint carries its id already. */
export interface SiteRef extends Ref {
  isNew?: boolean;
}

/** A fingerprint as it is being made. Numbers are kept as typed: nothing that is wrong may vanish. */
export interface Draft {
  version: 1;
  /** `_id` of the document: the same for every attempt to save it, so that it is stored once. */
  id: string;
  site: SiteRef | null;
  latitude: string;
  longitude: string;
  /** Metres, when the phone told the position. */
  accuracy: number | null;
  floor: string;
  device: Ref | null;
  rows: Row[];
  /** What stands in the box for pasting. */
  paste: string;
  /** An instant (ISO); null: now, as long as nobody touched it. */
  takenAt: string | null;
  note: string;
  /** When an attempt to save was last sent whose outcome is not known. */
  unclearAt: string | null;
}

/** What the next fingerprint takes over from this one. */
export type Kept = Partial<Pick<Draft, 'site' | 'floor' | 'device'>>;

export const newDraft = (kept: Kept = {}): Draft => ({
  version: 1,
  id: newObjectId(),
  site: kept.site ?? null,
  latitude: '',
  longitude: '',
  accuracy: null,
  floor: kept.floor ?? '',
  device: kept.device ?? null,
  rows: [],
  paste: '',
  takenAt: null,
  note: '',
  unclearAt: null,
});

/** Whether there is something in it that a person would miss. */
export function isWorthKeeping(draft: Draft): boolean {
  const texts = [draft.latitude, draft.longitude, draft.paste, draft.note];
  return draft.rows.length > 0 || draft.takenAt !== null || draft.unclearAt !== null || texts.some((t) => t !== '');
}

export const nextKey = (rows: readonly Row[]): number => Math.max(0, ...rows.map((row) => row.key)) + 1;
