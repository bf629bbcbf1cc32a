import { type Doc, createDocument, getDocument, patchDocument, replaceDocument } from '../api/documents';
import { ApiError } from '../api/errors';
import type { Fields, Resource } from '../schema/types';
import { changesOf, replacementOf } from './changes';
import { type Errors, addError } from './errors';
import { INEXACT, isExact } from './exact';
import { type RawDict, documentToRaw, isSameRaw } from './raw';
import { readForm } from './read';

/** Thrown before anything is sent. */
export class FormError extends Error {
  readonly errors: Errors;

  constructor(errors: Errors) {
    super('the form has errors');
    this.errors = errors;
  }
}

function refuse(errors: Errors): void {
  if (Object.keys(errors).length > 0) throw new FormError(errors);
}

/** A rounded number must not take the place of what the server has. */
function refuseInexact(fields: Fields, values: Readonly<Record<string, unknown>>): void {
  const errors: Errors = {};
  for (const [name, value] of Object.entries(values)) {
    if (fields[name]?.type !== 'float' && !isExact(value)) addError(errors, name, INEXACT);
  }
  refuse(errors);
}

/** What is wrong with the fields that were changed: the others are not sent, and as good as the server has them. */
function ofChanged(errors: Errors, raw: RawDict, baseRaw: RawDict): Errors {
  const nameOf = (path: string) => path.split('.')[0] ?? '';
  return Object.fromEntries(
    Object.entries(errors).filter(([path]) => !isSameRaw(raw[nameOf(path)], baseRaw[nameOf(path)])),
  );
}

/** Stores a new document under @id; answers its id. A second call after an unclear failure stores no second one. */
export async function saveNew(resource: Resource, raw: RawDict, id: string): Promise<string> {
  const { values, errors } = readForm(resource.schema, raw);
  refuse(errors);
  refuseInexact(resource.schema, values);
  // Where the domain has rules for ids of its own, they come from the form.
  const hasOwnId = resource.id_field in resource.schema;
  try {
    const created = await createDocument(resource.href, hasOwnId ? values : { _id: id, ...values });
    return created._id;
  } catch (error) {
    if (hasOwnId || !(error instanceof ApiError) || !(resource.id_field in error.issues)) throw error;
    // The earlier request did arrive. What was typed since then is still to be saved.
    const stored = await getDocument(resource.href, id);
    await saveChanges(resource, stored, raw);
    return id;
  }
}

/** Sends what @raw changed of @base; answers whether that was anything. */
export async function saveChanges(resource: Resource, base: Doc, raw: RawDict): Promise<boolean> {
  const { schema: fields, href, item_methods: methods } = resource;
  const { values, errors } = readForm(fields, raw);
  const baseRaw = documentToRaw(fields, base);
  refuse(ofChanged(errors, raw, baseRaw));
  const { patch, removed } = changesOf(fields, base, baseRaw, raw, values);
  if (Object.keys(patch).length === 0 && removed.length === 0) return false;
  if (methods.includes('PATCH') && removed.length === 0) {
    refuseInexact(fields, patch);
    await patchDocument(href, base._id, base._etag, patch);
    return true;
  }
  if (!methods.includes('PUT')) {
    const refused: Errors = {};
    for (const path of removed) addError(refused, path, 'The server lets this be changed, not emptied');
    throw new FormError(refused);
  }
  const replacement = replacementOf(fields, base, baseRaw, raw, values);
  refuseInexact(fields, replacement);
  await replaceDocument(href, base._id, base._etag, { ...replacement });
  return true;
}
