import { META, fieldsOf, kindOf } from '../schema/kinds';
import type { Fields } from '../schema/types';
import { type RawDict, isEmptyRaw, isSameRaw } from './raw';

type Values = Readonly<Record<string, unknown>>;

export interface Changes {
  /** For PATCH: what differs only, inside sub-documents too. */
  readonly patch: Record<string, unknown>;
  /** Fields to be taken away, which PATCH cannot say. */
  readonly removed: readonly string[];
}

/** What the form (@raw, read as @values) changed of @base (whose texts are @baseRaw). */
export function changesOf(fields: Fields, base: Values, baseRaw: RawDict, raw: RawDict, values: Values): Changes {
  const patch: Record<string, unknown> = {};
  const removed: string[] = [];
  for (const [name, rules] of Object.entries(fields)) {
    if (rules.readonly || isSameRaw(raw[name], baseRaw[name])) continue;
    const below = kindOf(rules) === 'dict' ? fieldsOf(rules) : undefined;
    const before = base[name];
    if (values[name] === undefined && isEmptyRaw(raw[name])) {
      if (rules.nullable) patch[name] = null;
      else removed.push(name);
    } else if (below && isDict(before) && isDict(values[name])) {
      const inner = changesOf(below, before, baseRaw[name] as RawDict, raw[name] as RawDict, values[name]);
      if (Object.keys(inner.patch).length > 0) patch[name] = inner.patch;
      removed.push(...inner.removed.map((path) => `${name}.${path}`));
    } else {
      patch[name] = values[name];
    }
  }
  return { patch, removed };
}

const isDict = (value: unknown): value is Values => typeof value === 'object' && value !== null && !Array.isArray(value);

/** The whole document after the change, for PUT: @base with the form's values, and what the form does not show. */
export function replacementOf(fields: Fields, base: Values, baseRaw: RawDict, raw: RawDict, values: Values): Values {
  const next: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(base)) {
    const isKept = !(name in fields) || fields[name]?.readonly || isSameRaw(raw[name], baseRaw[name]);
    if (isKept && !META.includes(name)) next[name] = value;
  }
  for (const [name, rules] of Object.entries(fields)) {
    const isChanged = !rules.readonly && !isSameRaw(raw[name], baseRaw[name]);
    if (isChanged && values[name] !== undefined) next[name] = values[name];
  }
  return next;
}
