import { queryOptions, useQueries } from '@tanstack/react-query';
import { type Doc, listDocuments } from '../api/documents';
import { instant, localDate } from './dates';
import { labelDateField, labelField } from './kinds';
import type { ApiSchema, Resource, Rules } from './types';

export interface Relation {
  /** Name of the resource in the schema. */
  readonly name: string;
  readonly resource: Resource;
  readonly field: string;
}

/** Where a reference leads; undefined when the server does not describe that resource. */
export function relationOf(schema: ApiSchema, rules: Rules): Relation | undefined {
  if (!rules.data_relation) return undefined;
  const resource = schema.resources[rules.data_relation.resource];
  return resource && { name: rules.data_relation.resource, resource, field: rules.data_relation.field };
}

/** What people call @doc: the value of its label field, else its date, else the end of its id. */
export function labelOf(resource: Resource, doc: Doc): string {
  const field = labelField(resource.schema);
  const value = field ? doc[field] : undefined;
  if (typeof value === 'string' && value !== '') return value;
  const date = instant(doc[labelDateField(resource.schema) ?? '']);
  return date ? localDate(date) : shortId(doc._id);
}

/** The same for a heading, where a mere date or id would not say of what. */
export function titleOf(resource: Resource, doc: Doc): string {
  const label = labelOf(resource, doc);
  const field = labelField(resource.schema);
  return field && doc[field] === label ? label : `${resource.item_title} ${label}`;
}

export const shortId = (id: unknown): string => `…${String(id).slice(-6)}`;

export interface Wanted {
  readonly relation: Relation;
  readonly values: readonly unknown[];
}

/** Labels of referenced documents, found by `labels(relation, value)`; undefined until known or when there is no such document. */
export type Labels = (relation: Relation, value: unknown) => string | undefined;

const keyOf = ({ name, field }: Relation) => `${name}/${field}`;

/** One request for each related resource, however many fields lead to it (more only where they are too many for one). */
export function useLabels(wanted: readonly Wanted[]): Labels {
  const groups = new Map<string, { relation: Relation; values: Set<unknown> }>();
  for (const { relation, values } of wanted) {
    const group = groups.get(keyOf(relation)) ?? { relation, values: new Set() };
    for (const value of values) if (value !== undefined && value !== null) group.values.add(value);
    if (group.values.size > 0) groups.set(keyOf(relation), group);
  }
  const all = [...groups.values()];
  const found = useQueries({
    queries: all.map(({ relation, values }) => labelsQuery(relation, [...values].toSorted())),
    combine: (answers) => answers.map((answer) => answer.data),
  });
  return (relation, value) => found[all.findIndex((group) => keyOf(group.relation) === keyOf(relation))]?.get(value);
}

/** Servers take addresses of 4 KB and more; what surrounds the values needs room too. */
const MOST_TEXT = 3_000;

/** @values in parts of at most @most, each short enough for an address. */
function portions(values: readonly unknown[], most: number): unknown[][] {
  const parts: unknown[][] = [];
  let room = 0;
  for (const value of values) {
    const length = encodeURIComponent(`${JSON.stringify(value)},`).length;
    const last = parts.at(-1);
    if (last && last.length < most && length <= room) last.push(value);
    else {
      parts.push([value]);
      room = MOST_TEXT;
    }
    room -= length;
  }
  return parts;
}

const labelsQuery = ({ resource, field }: Relation, values: readonly unknown[]) =>
  queryOptions({
    queryKey: ['documents', resource.href, 'labels', field, values],
    staleTime: 30_000,
    queryFn: async ({ signal }) => {
      const labels = new Map<unknown, string>();
      for (const part of portions(values, resource.pagination_limit)) {
        const query = { where: { [field]: { $in: part } }, max_results: part.length };
        // One after the other: it is many documents, and nobody waits for the last label.
        // oxlint-disable-next-line no-await-in-loop
        const page = await listDocuments(resource.href, query, signal);
        for (const doc of page._items) labels.set(doc[field], labelOf(resource, doc));
      }
      return labels;
    },
  });
