import type { ApiSchema, Resource } from '../schema/types';
import { replaceDocument, type Doc } from '../api/documents';
import { differences } from './difference';
import { buildDocument, buildSite, type Problems } from './document';
import type { DraftStore } from './draftStore';
import { type Outcome, type Server, compare, fate, server, store } from './save';

/** The issues of the new site stand at the field that it was named in. */
function atSite(outcome: Outcome): Outcome {
  if (outcome.kind !== 'refused') return outcome;
  const texts = Object.entries(outcome.problems).map(([path, said]) => `${path}: ${said.join(', ')}`);
  const problems: Problems = texts.length > 0 ? { site: texts.map((text) => `The new site was refused. ${text}`) } : {};
  return { ...outcome, problems };
}

/** The new site of a draft, stored before the fingerprint that points to it; undefined: there is one, go on. */
async function storeSite(drafts: DraftStore, document: Record<string, unknown>, sites: Resource, to: Server) {
  const { draft } = drafts.get();
  if (!draft.site?.isNew) return undefined;
  const outcome = await store(sites, buildSite(draft, document, sites), to);
  const isThere = outcome.kind === 'stored' || outcome.kind === 'differs'; // its id is ours: an earlier attempt made it
  if (!isThere) return atSite(outcome);
  drafts.update({ site: { id: draft.site.id, name: draft.site.name.trim() } });
  return undefined;
}

/** Sends the draft, which has no problems. What is known of its fate is written down before and after. */
export async function attempt(drafts: DraftStore, schema: ApiSchema, to: Server = server): Promise<Outcome> {
  const fingerprints = schema.resources['fingerprints'] as Resource;
  const sites = schema.resources['sites'] as Resource;
  const { takenAt, unclearAt, id } = drafts.get().draft;
  const now = new Date();
  // From here on the time is this one: the same attempt, made again, has to be the same document.
  const { document } = buildDocument(drafts.get().draft, fingerprints, now);
  drafts.update({ takenAt: String(document['taken_at']), unclearAt: now.toISOString() });
  const outcome = (await storeSite(drafts, document, sites, to)) ?? (await store(fingerprints, document, to));
  const { draft } = drafts.get();
  if (draft.id !== id) return outcome; // discarded or saved in another tab meanwhile
  if (outcome.kind === 'stored') {
    // What was typed while the answer was on its way is still to be saved.
    const since = buildDocument(draft, fingerprints, now).document;
    const isMore = differences(document, since, fingerprints.schema).length > 0;
    return isMore ? compare(fingerprints, since, to) : outcome;
  }
  if (outcome.kind === 'offline') drafts.update({ unclearAt });
  if (outcome.kind === 'refused') drafts.update({ unclearAt, takenAt });
  return outcome;
}

/** Puts @document in the place of what an earlier attempt stored. */
export async function replaceStored(resource: Resource, stored: Doc, document: Record<string, unknown>): Promise<Outcome> {
  try {
    await replaceDocument(resource.href, stored._id, stored._etag, document);
    return { kind: 'stored', isRepeat: false };
  } catch (cause) {
    return fate(cause);
  }
}
