import type { Doc } from '../api/documents';
import type { Fields, Rules } from '../schema/types';
import { type RawDict, isSameRaw, toRaw } from './raw';
import { readField } from './read';

export type Side = 'mine' | 'theirs';

export interface ConflictRow {
  readonly field: string;
  readonly rules: Rules;
  readonly mine: unknown;
  readonly theirs: unknown;
  readonly isMineChanged: boolean;
  readonly isTheirsChanged: boolean;
}

/** The fields that I (@raw) or they (@theirs) changed since @base; equal changes are no matter. */
export function conflictRows(fields: Fields, base: Doc, raw: RawDict, theirs: Doc): ConflictRow[] {
  return Object.entries(fields).flatMap(([field, rules]) => {
    const before = toRaw(rules, base[field]);
    const now = toRaw(rules, theirs[field]);
    const mine = raw[field] ?? before;
    const isMineChanged = !rules.readonly && !isSameRaw(mine, before);
    const isTheirsChanged = !isSameRaw(now, before);
    if (isSameRaw(mine, now) || !(isMineChanged || isTheirsChanged)) return [];
    return [
      { field, rules, mine: readField(rules, mine, field, {}), theirs: theirs[field], isMineChanged, isTheirsChanged },
    ];
  });
}

/** The form's texts after the decision: theirs, and mine where it was picked. */
export function mergedRaw(fields: Fields, raw: RawDict, theirs: Doc, picks: Readonly<Record<string, Side>>): RawDict {
  return Object.fromEntries(
    Object.entries(fields).map(([field, rules]) => {
      const mine = raw[field];
      return [field, picks[field] === 'mine' && mine !== undefined ? mine : toRaw(rules, theirs[field])];
    }),
  );
}

/** Mine wherever I changed something: what "keep mine" means. */
export const minePicks = (rows: readonly ConflictRow[]): Record<string, Side> =>
  Object.fromEntries(rows.filter((row) => row.isMineChanged).map((row) => [row.field, 'mine']));
