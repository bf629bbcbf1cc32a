import { toLocalInput } from '../schema/dates';
import { isPoint } from '../schema/format';
import { fieldsOf, itemRulesOf, kindOf } from '../schema/kinds';
import type { Fields, Rules } from '../schema/types';

/**
 * What a form holds: texts as they were typed, also those that are no valid value (yet), in the shape of the fields.
 * Nothing typed is lost by a check, and a field that nobody touched is told by its text being the same.
 */
export type Raw = string | RawPoint | RawDict | RawList;
export interface RawPoint {
  readonly latitude: string;
  readonly longitude: string;
}
export interface RawDict {
  readonly [name: string]: Raw;
}
export type RawList = readonly RawItem[];
export interface RawItem {
  /** Of no meaning but to tell items apart while they move. */
  readonly key: string;
  readonly value: Raw;
}

/** The member of a RawDict that holds, as JSON, what the schema does not know of a sub-document. */
export const REST = '';

let lastKey = 0;
export const newKey = (): string => {
  lastKey += 1;
  return `${Date.now().toString(36)}-${lastKey}`;
};

/** The text for @value; undefined and null are empty. */
export function toRaw(rules: Rules, value: unknown): Raw {
  switch (kindOf(rules)) {
    case 'dict':
      return dictToRaw(fieldsOf(rules) ?? {}, (value ?? {}) as Record<string, unknown>);
    case 'list':
      return (Array.isArray(value) ? value : []).map((one: unknown) => ({
        key: newKey(),
        value: toRaw(itemRulesOf(rules) ?? {}, one),
      }));
    case 'point': {
      const [longitude, latitude] = isPoint(value) ? value.coordinates : ['', ''];
      return { latitude: String(latitude), longitude: String(longitude) };
    }
    case 'datetime':
      return toLocalInput(value);
    case 'json':
      return value === undefined || value === null ? '' : JSON.stringify(value, null, 2);
    default:
      return value === undefined || value === null ? '' : String(value);
  }
}

function dictToRaw(fields: Fields, value: Readonly<Record<string, unknown>>): RawDict {
  const rest = Object.entries(value).filter(([name]) => !(name in fields));
  const raw = Object.fromEntries(Object.entries(fields).map(([name, rules]) => [name, toRaw(rules, value[name])]));
  return rest.length > 0 ? { ...raw, [REST]: JSON.stringify(Object.fromEntries(rest)) } : raw;
}

/** All fields of a document; members that the schema does not know stay out. */
export const documentToRaw = (fields: Fields, doc: Readonly<Record<string, unknown>>): RawDict =>
  Object.fromEntries(Object.entries(fields).map(([name, rules]) => [name, toRaw(rules, doc[name])]));

/** A new document or sub-document: the defaults, and what is inside it where it has to be there. */
export function emptyDict(fields: Fields): RawDict {
  return Object.fromEntries(Object.entries(fields).map(([name, rules]) => [name, emptyRaw(rules)]));
}

function emptyRaw(rules: Rules): Raw {
  if (rules.default !== undefined) return toRaw(rules, rules.default);
  const below = fieldsOf(rules);
  return below && rules.required ? emptyDict(below) : toRaw(rules, undefined);
}

export function emptyItem(rules: Rules): RawItem {
  const below = fieldsOf(rules);
  return { key: newKey(), value: below ? emptyDict(below) : emptyRaw(rules) };
}

/** Whether nothing is filled in. */
export function isEmptyRaw(raw: Raw | undefined): boolean {
  if (raw === undefined || typeof raw === 'string') return raw === undefined || raw.trim() === '';
  if (Array.isArray(raw)) return raw.length === 0;
  return Object.values(raw as RawDict).every(isEmptyRaw);
}

/** Whether two hold the same texts; the keys of items do not count. */
export function isSameRaw(a: Raw | undefined, b: Raw | undefined): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object') return false;
  if (Array.isArray(a) || Array.isArray(b)) {
    const [left, right] = [a as RawList, b as RawList];
    return left.length === right.length && left.every((item, at) => isSameRaw(item.value, right[at]?.value));
  }
  const [left, right] = [a as RawDict, b as RawDict];
  return [...new Set([...Object.keys(left), ...Object.keys(right)])].every((name) => isSameRaw(left[name], right[name]));
}

/** @raw with @value at @path ("readings.0.rssi"); the rest is shared. */
export function withRaw(raw: RawDict, path: string, value: Raw): RawDict {
  const set = (inside: Raw, names: readonly string[]): Raw => {
    const [name, ...rest] = names;
    if (name === undefined) return value;
    if (!Array.isArray(inside)) {
      const dict = inside as RawDict;
      return { ...dict, [name]: set(dict[name] ?? '', rest) };
    }
    const list = inside as RawList;
    return list.map((item, at) => (String(at) === name ? { ...item, value: set(item.value, rest) } : item));
  };
  return set(raw, path.split('.')) as RawDict;
}
