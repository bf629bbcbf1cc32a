import type { Resource, Rules } from '../schema/types';
import type { Draft } from './draft';
import { readNumber, readText } from './limits';
import { readPaste } from './paste/paste';
import { POSITION_RULES } from './position';
import { READING_FIELDS, parseRow, readingRules } from './reading';

/** What is wrong, by path: "site", "latitude", "readings", "readings.3.rssi". */
export type Problems = Readonly<Record<string, readonly string[]>>;

export interface Built {
  document: Record<string, unknown>;
  problems: Problems;
}

/** As it stands beside its field. */
const say = (problem: string): string =>
  problem === 'is missing' ? 'This is required' : problem.charAt(0).toUpperCase() + problem.slice(1);

/** Collects the values of a document and what is wrong with them. */
class Builder {
  readonly document: Record<string, unknown> = {};
  readonly problems: Record<string, string[]> = {};

  blame(path: string, text: string): void {
    (this.problems[path] ??= []).push(text);
  }

  set(name: string, { value, problem }: { value?: unknown; problem?: string }): void {
    if (problem !== undefined) this.blame(name, say(problem));
    else if (value !== undefined) this.document[name] = value;
  }
}

function addReferences(to: Builder, draft: Draft, schema: Resource['schema']): void {
  for (const [name, ref, text] of [
    ['site', draft.site, 'Choose a site'],
    ['device', draft.device, 'Choose a device'],
  ] as const) {
    if (ref && schema[name]) to.document[name] = ref.id;
    else if (schema[name]?.required) to.blame(name, text);
  }
}

function addPosition(to: Builder, draft: Draft, rules: Rules | undefined): void {
  if (!rules) return;
  const isGiven = draft.latitude.trim() !== '' || draft.longitude.trim() !== '';
  if (!isGiven) {
    if (rules.required) to.blame('latitude', 'A position is needed');
    return;
  }
  const read = (name: 'latitude' | 'longitude') => {
    const { value, problem } = readNumber(draft[name], { ...POSITION_RULES[name], required: true });
    if (problem !== undefined) to.blame(name, problem === 'is missing' ? 'The other half is missing' : say(problem));
    return value;
  };
  const coordinates = [read('longitude'), read('latitude')];
  to.document['position'] = { type: 'Point', coordinates };
}

const ADD_PASTED = 'Add the pasted readings first';

function addReadings(to: Builder, draft: Draft, resource: Resource): void {
  const rules = readingRules(resource);
  const { minlength = 0, maxlength = Number.POSITIVE_INFINITY, required } = rules.list;
  const least = required ? Math.max(1, minlength) : minlength;
  const readings = draft.rows.map((row, i) => {
    const { reading, problems } = parseRow(row, rules);
    for (const field of READING_FIELDS) {
      const problem = problems[field];
      if (problem) to.blame(`readings.${i}.${field}`, say(problem));
    }
    return reading;
  });
  const left = readPaste(draft.paste, rules, readings.length);
  if (readings.length > maxlength) to.blame('readings', `${readings.length} readings; at most ${maxlength} are allowed`);
  else if (readings.length < least) {
    const isOnlyPasted = draft.paste.trim() !== '' && readings.length === 0;
    to.blame('readings', isOnlyPasted ? ADD_PASTED : `At least ${least} ${least === 1 ? 'is' : 'are'} needed`);
  } else if (left.readings.length > 0) to.blame('readings', `${ADD_PASTED}, or empty the box`);
  else if (left.bad.length > 0) to.blame('readings', 'Correct the lines in the box that were not understood, or empty it');
  if (readings.length > 0 || required) to.document['readings'] = readings;
}

/** The document that @draft stands for, taken at @now unless it says when, and what is wrong with it. */
export function buildDocument(draft: Draft, resource: Resource, now: Date): Built {
  const { schema, id_field: idField } = resource;
  const built = new Builder();
  built.document[idField] = draft.id;
  addReferences(built, draft, schema);
  addPosition(built, draft, schema['position']);
  if (schema['floor']) built.set('floor', readNumber(draft.floor, schema['floor']));
  addReadings(built, draft, resource);
  built.document['taken_at'] = draft.takenAt ?? now.toISOString();
  if (schema['note']) built.set('note', readText(draft.note, schema['note']));
  return built;
}

/** A new site has a name, and the position of its first fingerprint if that is known. */
export function buildSite(draft: Draft, document: Record<string, unknown>, sites: Resource): Record<string, unknown> {
  const site: Record<string, unknown> = { [sites.id_field]: draft.site?.id, name: draft.site?.name.trim() };
  if (sites.schema['position'] && document['position']) site['position'] = document['position'];
  return site;
}
