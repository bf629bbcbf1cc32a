import { act, fireEvent, screen, waitFor, within } from '@testing-library/react';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { DraftStore } from '../../src/record/draftStore';
import { drafts } from '../../src/record/useDraft';
import { openApp } from '../app';
import { SAMPLE } from './fixture';

type Document = Record<string, unknown> & { _id: string };
type Answer = (document: Document) => Response | Promise<Response>;

const SITE: Document = { _id: 'b'.repeat(24), name: 'Harbour', _etag: 'e' };
const list = (items: readonly Document[]) =>
  Response.json({ _items: items, _meta: { page: 1, max_results: 25, total: items.length } });

/** A server with a memory; how it answers the next POST of a fingerprint can be set. */
class Pretended {
  readonly sites = new Map([[SITE._id, SITE]]);
  readonly fingerprints = new Map<string, Document>();
  readonly posted: Document[] = [];
  next: Answer | undefined;

  readonly fetch = async (url: string, { method = 'GET', body }: RequestInit = {}): Promise<Response> => {
    const [, , resource = '', id] = new URL(url, 'http://x').pathname.split('/');
    if (resource === 'schema') return Response.json(SAMPLE);
    const kept = resource === 'sites' ? this.sites : this.fingerprints;
    if (id !== undefined) return this.#item(kept, decodeURIComponent(id), method, body);
    if (method === 'GET') return list(resource === 'devices' ? [] : [...kept.values()]);
    const document = JSON.parse(String(body)) as Document;
    if (resource === 'fingerprints') this.posted.push(document);
    const answer = resource === 'fingerprints' ? this.next : undefined;
    if (answer) this.next = undefined;
    return answer ? answer(document) : this.store(kept, document);
  };

  store(kept: Map<string, Document>, document: Document): Response {
    if (kept.has(document._id)) {
      return Response.json({ _issues: { _id: 'value is not unique' }, _error: { message: 'x' } }, { status: 409 });
    }
    kept.set(document._id, { ...document, _etag: 'e' });
    return Response.json({ _id: document._id, _etag: 'e' }, { status: 201 });
  }

  #item(kept: Map<string, Document>, id: string, method: string, body: unknown): Response {
    if (method === 'PUT') kept.set(id, { ...(JSON.parse(String(body)) as Document), _etag: 'f' });
    return Response.json(kept.get(id));
  }
}

// Deadlines of tests that hang, not of a busy machine.
vi.setConfig({ testTimeout: 30_000 });

let server: Pretended;

beforeEach(() => {
  localStorage.clear();
  drafts.replace();
  server = new Pretended();
  vi.stubGlobal('fetch', server.fetch);
  vi.stubGlobal('matchMedia', () => ({ matches: false, addEventListener() {}, removeEventListener() {} }));
});

async function open() {
  openApp('/record');
  await screen.findByRole('combobox', { name: 'Site' });
}

const type = (label: string | RegExp, value: string) => fireEvent.change(screen.getByLabelText(label), { target: { value } });
const press = (name: string) => fireEvent.click(screen.getByRole('button', { name }));

async function chooseSite() {
  fireEvent.click(screen.getByRole('combobox', { name: 'Site' }));
  fireEvent.click(await screen.findByRole('option', { name: /Harbour/ }));
}

function paste(text: string) {
  type('Paste readings', text);
  press('Add pasted readings');
}

async function fill() {
  await chooseSite();
  paste('aa:bb:cc:dd:ee:ff -67 2412\n00:11:22:33:44:55 -80');
}

const saved = () => screen.findByText(/^Saved 2 readings at Harbour/);

describe('a fingerprint', () => {
  test('is recorded, shown among those of its site, and followed by another one there', async () => {
    await open();
    await fill();
    type('Floor', '2');
    press('Save fingerprint');
    expect((await saved()).closest('[role=status]')).toBeTruthy();
    expect(screen.getByRole('heading', { name: 'Recorded at this site' })).toBeTruthy();
    expect(await screen.findByText('just saved')).toBeTruthy();
    const [document] = server.posted;
    expect(document).toMatchObject({ site: SITE._id, floor: 2, readings: [{ rssi: -67 }, { rssi: -80 }] });
    expect(screen.getByRole('link', { name: 'Open what was saved' }).getAttribute('href')).toBe(
      `/r/fingerprints/${document?._id}`,
    );
    press('Record another here');
    expect(screen.getByRole('combobox', { name: 'Site' })).toHaveProperty('value', 'Harbour');
    expect(screen.getByLabelText('Floor')).toHaveProperty('value', '2');
    expect(drafts.get().draft.id).not.toBe(document?._id);
  });

  test('is not sent before it is right, and what is wrong is said where it is', async () => {
    await open();
    type('Floor', '1.5');
    press('Save fingerprint');
    expect(await screen.findByText('Choose a site')).toBeTruthy();
    expect(screen.getByText('1.5 is not a whole number')).toBeTruthy();
    expect(screen.getByText('At least 1 is needed')).toBeTruthy();
    await waitFor(() => expect(document.activeElement).toBe(screen.getByRole('combobox', { name: 'Site' })));
    expect(server.posted).toEqual([]);
    expect(drafts.get().draft.takenAt).toBeNull();
    type('Floor', '1');
    expect(screen.queryByText('1.5 is not a whole number')).toBeNull();
  });

  test('that the server refuses shows its issues beside their field until that is changed', async () => {
    await open();
    await fill();
    const issues = { readings: [{ 1: [{ rssi: 'max value is 0' }] }], colour: 'required field' };
    server.next = () => Response.json({ _issues: issues, _error: { message: 'x' } }, { status: 422 });
    press('Save fingerprint');
    const row = await screen.findByRole('group', { name: 'Reading 2' });
    expect(within(row).getByText('Max value is 0')).toBeTruthy();
    expect(screen.getByText('colour: This is required')).toBeTruthy();
    expect(drafts.get().draft).toMatchObject({ unclearAt: null, takenAt: null });
    fireEvent.change(within(row).getByLabelText(/RSSI/), { target: { value: '-70' } });
    expect(screen.queryByText('Max value is 0')).toBeNull();
    press('Save fingerprint');
    await saved();
    expect(server.fingerprints.size).toBe(1);
  });

  test('whose answer was lost is stored once, over a reload too', async () => {
    await open();
    await fill();
    server.next = (document) => {
      server.store(server.fingerprints, document);
      throw new TypeError('connection lost');
    };
    press('Save fingerprint');
    expect(await screen.findByText('It is not known whether it was saved')).toBeTruthy();
    const { draft } = drafts.get();
    expect(new DraftStore().get()).toMatchObject({ isRestored: true, draft });
    expect(draft.unclearAt).not.toBeNull();
    press('Save fingerprint');
    await saved();
    expect(server.posted[1]).toEqual(server.posted[0]);
    expect(server.fingerprints.size).toBe(1);
    expect(new DraftStore().get().isRestored).toBe(false);
  });

  test('that was changed after such an attempt can be put in its place', async () => {
    await open();
    await fill();
    server.next = (document) => {
      server.store(server.fingerprints, document);
      return new Response('', { status: 504 });
    };
    press('Save fingerprint');
    await screen.findByText('It is not known whether it was saved');
    type('Note', 'since');
    press('Save fingerprint');
    expect(await screen.findByText('What the server has differs in: Note.')).toBeTruthy();
    press('Save my changes');
    await saved();
    expect([...server.fingerprints.values()]).toMatchObject([{ note: 'since', _etag: 'f' }]);
  });

  test('that was changed while the answer was on its way can be put in its place', async () => {
    await open();
    await fill();
    let answer = () => {};
    server.next = (document) =>
      new Promise((resolve) => {
        answer = () => resolve(server.store(server.fingerprints, document));
      });
    press('Save fingerprint');
    await waitFor(() => expect(server.posted).toHaveLength(1));
    type('Note', 'since');
    answer();
    expect(await screen.findByText('What the server has differs in: Note.')).toBeTruthy();
    type('Floor', 'x');
    press('Save my changes');
    expect(await screen.findByText('"x" is not a number')).toBeTruthy();
    expect([...server.fingerprints.values()]).toMatchObject([{ _etag: 'e' }]);
    type('Floor', '');
    press('Save my changes');
    await saved();
    expect([...server.fingerprints.values()]).toMatchObject([{ note: 'since', _etag: 'f' }]);
  });

  test('does not take the place of one that another tab has begun', async () => {
    await open();
    await fill();
    press('Save fingerprint');
    await saved();
    const other = { ...drafts.get().draft, note: 'from another tab' };
    localStorage.setItem('narwhal.record.draft', JSON.stringify(other));
    act(() => void window.dispatchEvent(new StorageEvent('storage', { key: 'narwhal.record.draft', newValue: JSON.stringify(other) })));
    press('Record another here');
    expect(screen.getByLabelText('Note')).toHaveProperty('value', 'from another tab');
    expect(new DraftStore().get().draft.note).toBe('from another tab');
  });

  test('at a new site stores that first, once', async () => {
    await open();
    press('New site');
    type(/^Name of the new site/, 'Quay');
    type('Latitude', '52.5, 13.4');
    paste('aa:bb:cc:dd:ee:ff -67');
    server.next = () => Promise.reject(new TypeError('gone'));
    press('Save fingerprint');
    await screen.findByText('It is not known whether it was saved');
    press('Save fingerprint');
    await screen.findByText(/^Saved 1 reading at Quay/);
    const site = [...server.sites.values()].at(-1);
    expect(server.sites.size).toBe(2);
    expect(site).toMatchObject({ name: 'Quay', position: { type: 'Point', coordinates: [13.4, 52.5] } });
    expect(server.posted.at(-1)).toMatchObject({ site: site?._id });
  });

  test('without a connection is kept, with the time of the attempt', async () => {
    await open();
    await fill();
    vi.spyOn(navigator, 'onLine', 'get').mockReturnValue(false);
    server.next = () => Promise.reject(new TypeError('offline'));
    press('Save fingerprint');
    expect(await screen.findByText('Not saved: there is no connection')).toBeTruthy();
    expect(new DraftStore().get().draft).toMatchObject({ unclearAt: null, takenAt: server.posted[0]?.['taken_at'] });
    vi.restoreAllMocks();
  });

  test('is discarded only after a question', async () => {
    await open();
    type('Note', 'x');
    press('Discard draft');
    press('Keep it');
    expect(drafts.get().draft.note).toBe('x');
    press('Discard draft');
    press('Discard');
    expect(drafts.get().draft.note).toBe('');
    expect(new DraftStore().get().isRestored).toBe(false);
  });
});

test('what was understood of a paste becomes rows, the rest stays in the box', async () => {
  await open();
  type('Paste readings', 'rubbish\naa:bb:cc:dd:ee:ff -67');
  expect(screen.getByText('1 reading found, 1 line not understood')).toBeTruthy();
  press('Add pasted readings');
  expect(screen.getByLabelText('Paste readings')).toHaveProperty('value', 'rubbish');
  expect(screen.getByText('1 reading of at most 500')).toBeTruthy();
  press('Remove reading 1');
  expect(drafts.get().draft.rows).toEqual([]);
});

test('where it is, is asked of the phone, and a refusal is explained', async () => {
  const getCurrentPosition = vi.fn((_found: PositionCallback, failed: PositionErrorCallback) =>
    failed({ code: 1 } as GeolocationPositionError),
  );
  vi.stubGlobal('isSecureContext', true);
  vi.spyOn(navigator, 'geolocation', 'get').mockReturnValue({ getCurrentPosition } as unknown as Geolocation);
  await open();
  press('Use my position');
  expect(await screen.findByText('This page is not allowed to know where you are')).toBeTruthy();
  getCurrentPosition.mockImplementation((found) =>
    found({ coords: { latitude: 52.5, longitude: 13.4, accuracy: 12 } } as GeolocationPosition),
  );
  press('Use my position');
  expect(await screen.findByText('Position of this device, ± 12 m')).toBeTruthy();
  expect(screen.getByLabelText('Latitude')).toHaveProperty('value', '52.5');
  fireEvent.click(screen.getByRole('button', { name: /north or south/ }));
  expect(screen.getByLabelText('Latitude')).toHaveProperty('value', '-52.5');
  expect(screen.queryByText(/± 12 m/)).toBeNull();
  vi.restoreAllMocks();
});
