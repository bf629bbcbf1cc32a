import { type Doc, createDocument, getDocument, patchDocument, replaceDocument } from '../api/documents';
import { ApiError } from '../api/errors';
import type { Resource } from '../schema/types';
import { changesOf, replacementOf } from './changes';
import { type Errors, addError } from './errors';
import { type RawDict, documentToRaw } from './raw';
import { readForm } from './read';

/** Thrown before anything is sent. */
export class FormError extends Error {
  readonly errors: Errors;

  constructor(errors: Errors) {
    super('the form has errors');
    this.errors = errors;
  }
}

/** Stores a new document under @id; answers its id. A second call after an unclear failure stores no second one. */
export async function saveNew(resource: Resource, raw: RawDict, id: string): Promise<string> {
  const { values, errors } = readForm(resource.schema, raw);
  if (Object.keys(errors).length > 0) throw new FormError(errors);
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
  if (Object.keys(errors).length > 0) throw new FormError(errors);
  const baseRaw = documentToRaw(fields, base);
  const { patch, removed } = changesOf(fields, base, baseRaw, raw, values);
  if (Object.keys(patch).length === 0 && removed.length === 0) return false;
  if (methods.includes('PATCH') && removed.length === 0) {
    await patchDocument(href, base._id, base._etag, patch);
    return true;
  }
  if (!methods.includes('PUT')) {
    const refused: Errors = {};
    for (const path of removed) addError(refused, path, 'The server lets this be changed, not emptied');
    throw new FormError(refused);
  }
  await replaceDocument(href, base._id, base._etag, { ...replacementOf(fields, base, baseRaw, raw, values) });
  return true;
}
