import { fromLocalInput } from '../schema/dates';
import { fieldsOf, itemRulesOf, kindOf } from '../schema/kinds';
import type { Fields, Rules } from '../schema/types';
import { REQUIRED, checkDate, checkLength, checkNumber } from './checks';
import { type Errors, addError } from './errors';
import { INEXACT, isExact } from './exact';
import { REST, type Raw, type RawDict, type RawList, type RawPoint, isEmptyRaw } from './raw';

export interface Read {
  /** Without the fields that are empty. */
  readonly values: Record<string, unknown>;
  readonly errors: Errors;
}

/** The values of a form and what is wrong with them by the schema's rules, by path. */
export function readForm(fields: Fields, raw: RawDict): Read {
  const errors: Errors = {};
  return { values: readMembers(fields, raw, '', errors), errors };
}

function readMembers(fields: Fields, raw: RawDict, prefix: string, errors: Errors): Record<string, unknown> {
  const values: Record<string, unknown> = {};
  for (const [name, rules] of Object.entries(fields)) {
    const value = readField(rules, raw[name] ?? '', `${prefix}${name}`, errors);
    if (value !== undefined) values[name] = value;
  }
  return values;
}

/** The value of one field; undefined when it is empty. Appends to @errors. */
export function readField(rules: Rules, raw: Raw, path: string, errors: Errors): unknown {
  if (!isEmptyRaw(raw)) return readFilled(rules, raw, path, errors);
  if (!rules.required || rules.readonly) return undefined;
  const kind = kindOf(rules);
  // A list or a sub-document that has to be there may be an empty one, if its own rules let it.
  if (kind === 'list' || kind === 'dict') return readFilled(rules, raw, path, errors);
  if (rules.nullable) return null;
  if (rules.default === undefined) addError(errors, path, REQUIRED);
  return undefined;
}

function readFilled(rules: Rules, raw: Raw, path: string, errors: Errors): unknown {
  const complain = (...texts: string[]) => texts.forEach((text) => addError(errors, path, text));
  switch (kindOf(rules)) {
    case 'dict': {
      const dict = raw as RawDict;
      const rest = dict[REST];
      const known = readMembers(fieldsOf(rules) ?? {}, dict, `${path}.`, errors);
      return typeof rest === 'string' ? { ...(JSON.parse(rest) as object), ...known } : known;
    }
    case 'list': {
      const items = (raw || []) as RawList;
      const itemRules = { ...itemRulesOf(rules), required: true, default: undefined };
      complain(...checkLength(rules, items.length, 'item'));
      return items.map((item, at) => readField(itemRules, item.value, `${path}.${at}`, errors));
    }
    case 'point':
      return readPoint(raw as RawPoint, complain);
    default:
      return readText(rules, String(raw), complain);
  }
}

type Complain = (...texts: string[]) => void;

function readText(rules: Rules, text: string, complain: Complain): unknown {
  switch (rules.type) {
    case 'integer':
    case 'float':
    case 'number':
      return readNumber(rules, text, complain);
    case 'boolean':
      return text === 'true';
    case 'datetime': {
      const value = fromLocalInput(text);
      complain(...(value === undefined ? ['A date and a time'] : checkDate(rules, value)));
      return value;
    }
    case 'objectid':
      if (!/^[0-9a-f]{24}$/i.test(text)) complain('An id: 24 digits and letters from a to f');
      return text;
    case 'string':
      complain(...checkLength(rules, [...text].length, 'character'));
      return text;
    default:
      return readJson(text, complain);
  }
}

function readNumber(rules: Rules, text: string, complain: Complain): number | undefined {
  const trimmed = text.trim().replace(',', '.').replace('−', '-');
  const value = Number(trimmed);
  if (!/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(trimmed) || !Number.isFinite(value)) {
    complain(rules.type === 'integer' ? 'A whole number' : 'A number');
    return undefined;
  }
  // "1,000" may be a thousand, or one with three places: in a whole number neither is guessed.
  if (rules.type === 'integer' && (trimmed.includes('.') || !Number.isInteger(value))) complain('A whole number');
  else if (rules.type !== 'float' && !isExact(value)) complain(INEXACT);
  else complain(...checkNumber(rules, value));
  return value;
}

function readPoint(raw: RawPoint, complain: Complain): unknown {
  const part = (text: string, limit: number, what: string) => {
    const value = Number(text.trim().replace(',', '.'));
    const isGood = text.trim() !== '' && Math.abs(value) <= limit;
    if (!isGood) complain(`${what}: a number from -${limit} to ${limit}`);
    return value;
  };
  const latitude = part(raw.latitude, 90, 'Latitude');
  const longitude = part(raw.longitude, 180, 'Longitude');
  return { type: 'Point', coordinates: [longitude, latitude] };
}

function readJson(text: string, complain: Complain): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    complain(`Not JSON: ${error instanceof Error ? error.message : String(error)}`);
    return undefined;
  }
}
