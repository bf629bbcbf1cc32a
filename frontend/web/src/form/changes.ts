import { META, fieldsOf, kindOf } from '../schema/kinds';
import type { Fields, Rules } from '../schema/types';
import { type Raw, type RawDict, type RawItem, type RawList, isEmptyRaw, isSameRaw } from './raw';

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
      patch[name] = withUntouched(rules, before, baseRaw[name], raw[name], values[name]);
    }
  }
  return { patch, removed };
}

const isDict = (value: unknown): value is Values => typeof value === 'object' && value !== null && !Array.isArray(value);

/** @value with what nobody touched as it was @before: a text does not tell null from nothing, nor all of a date. */
function withUntouched(rules: Rules, before: unknown, baseRaw: Raw | undefined, raw: Raw | undefined, value: unknown): unknown {
  if (isSameRaw(raw, baseRaw)) return before;
  if (Array.isArray(before) && Array.isArray(value) && Array.isArray(baseRaw) && Array.isArray(raw)) {
    const [then, now] = [baseRaw as RawList, raw as RawList];
    return value.map((one: unknown, at) => {
      const isThis = (item: RawItem | undefined) => item !== undefined && isSameRaw(item.value, now[at]?.value);
      const from = isThis(then[at]) ? at : then.findIndex(isThis);
      return from < 0 ? one : before[from];
    });
  }
  const below = fieldsOf(rules);
  if (!below || !isDict(before) || !isDict(value)) return value;
  const [then, now] = [(baseRaw ?? {}) as RawDict, raw as RawDict];
  const members = Object.entries(below).map(([name, inner]) => [
    name,
    withUntouched(inner, before[name], then[name], now[name], value[name]),
  ]);
  return { ...value, ...Object.fromEntries(members.filter(([, one]) => one !== undefined)) };
}

/** The whole document after the change, for PUT: @base with the form's values, and what the form does not show. */
export function replacementOf(fields: Fields, base: Values, baseRaw: RawDict, raw: RawDict, values: Values): Values {
  const next: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(base)) {
    const isKept = !(name in fields) || fields[name]?.readonly || isSameRaw(raw[name], baseRaw[name]);
    if (isKept && !META.includes(name)) next[name] = value;
  }
  for (const [name, rules] of Object.entries(fields)) {
    const isChanged = !rules.readonly && !isSameRaw(raw[name], baseRaw[name]);
    if (isChanged && values[name] !== undefined) {
      next[name] = withUntouched(rules, base[name], baseRaw[name], raw[name], values[name]);
    }
  }
  return next;
}
