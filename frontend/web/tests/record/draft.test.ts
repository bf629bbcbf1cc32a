import { beforeEach, describe, expect, test } from 'vitest';
import { isWorthKeeping, newDraft, nextKey } from '../../src/record/draft';
import { DraftStore } from '../../src/record/draftStore';
import { newObjectId } from '../../src/api/objectId';

const KEY = 'narwhal.record.draft';

beforeEach(() => localStorage.clear());

describe('an id minted on the phone', () => {
  test('begins with the seconds since 1970, as an ObjectId does', () => {
    expect(newObjectId(0x65a1b2c3 * 1000 + 999)).toMatch(/^65a1b2c3[0-9a-f]{16}$/);
  });

  test('is another one each time', () => {
    expect(new Set(Array.from({ length: 1000 }, () => newObjectId(0))).size).toBe(1000);
  });
});

describe('what another tab did while the page was not shown', () => {
  test('is taken over when it is shown again', () => {
    const here = new DraftStore();
    here.update({ note: 'a' });
    const there = new DraftStore();
    there.update({ note: 'b' });
    here.subscribe(() => {})();
    expect(here.get().draft).toEqual(there.get().draft);
    there.replace();
    here.subscribe(() => {})();
    expect(here.get().draft.note).toBe('');
  });

  test('may be to save a draft in which nothing but the site was chosen: its id is used up', () => {
    const here = new DraftStore();
    here.update({ site: { id: 'b'.repeat(24), name: 'Harbour' } });
    const { id } = here.get().draft;
    new DraftStore().replace();
    here.subscribe(() => {})();
    expect(here.get().draft.id).not.toBe(id);
  });

  test('does not touch what was kept for the next one', () => {
    const here = new DraftStore();
    here.replace(newDraft({ floor: '2' }));
    here.subscribe(() => {})();
    expect(here.get().draft.floor).toBe('2');
  });
});

describe('the draft', () => {
  test('is written down with the first keystroke and found again with the same id', () => {
    const first = new DraftStore();
    expect(localStorage.getItem(KEY)).toBeNull();
    first.update({ note: 'b' });
    const again = new DraftStore();
    expect(again.get()).toMatchObject({ isRestored: true, isKept: true });
    expect(again.get().draft).toEqual(first.get().draft);
  });

  test('is gone when it was stored or discarded, and the next one has another id', () => {
    const store = new DraftStore();
    store.update({ note: 'b' });
    const { id } = store.get().draft;
    store.replace(newDraft({ floor: '2' }));
    expect(localStorage.getItem(KEY)).toBeNull();
    expect(store.get().draft).toMatchObject({ note: '', floor: '2' });
    expect(store.get().draft.id).not.toBe(id);
    expect(new DraftStore().get().isRestored).toBe(false);
  });

  test.each(['', '{', '5', 'null', '{"version":2,"id":"x"}'])('what is no draft is none: %s', (text) => {
    localStorage.setItem(KEY, text);
    expect(new DraftStore().get()).toMatchObject({ isRestored: false, draft: { note: '', rows: [] } });
  });

  test('of an earlier version gets what it lacks', () => {
    localStorage.setItem(KEY, JSON.stringify({ version: 1, id: 'a'.repeat(24), note: 'x' }));
    expect(new DraftStore().get().draft).toEqual({ ...newDraft(), id: 'a'.repeat(24), note: 'x' });
  });

  test('lives on in memory where the browser keeps nothing, and says so', () => {
    const full = () => {
      throw new DOMException('full', 'QuotaExceededError');
    };
    const store = new DraftStore(full);
    store.update({ note: 'b' });
    expect(store.get()).toMatchObject({ isKept: false, draft: { note: 'b' } });
  });

  test('is one for all tabs', () => {
    const store = new DraftStore();
    let told = 0;
    const leave = store.subscribe(() => (told += 1));
    const other = { ...newDraft(), note: 'from another tab' };
    window.dispatchEvent(new StorageEvent('storage', { key: KEY, newValue: JSON.stringify(other) }));
    expect(store.get().draft).toEqual(other);
    window.dispatchEvent(new StorageEvent('storage', { key: 'else', newValue: 'x' }));
    expect(told).toBe(1);
    window.dispatchEvent(new StorageEvent('storage', { key: KEY, newValue: null }));
    expect(store.get().draft.note).toBe('');
    leave();
  });
});

test('a draft that holds no more than where and with what is no loss', () => {
  expect(isWorthKeeping(newDraft({ site: { id: 'a', name: 'A' }, floor: '2' }))).toBe(false);
  expect(isWorthKeeping({ ...newDraft(), paste: 'x' })).toBe(true);
  expect(isWorthKeeping({ ...newDraft(), unclearAt: '2026-11-24T10:00:00Z' })).toBe(true);
});

test('rows have keys of their own', () => {
  const row = { kind: '', id: '', rssi: '', frequency: '' };
  expect(nextKey([])).toBe(1);
  expect(nextKey([{ ...row, key: 7 }, { ...row, key: 2 }])).toBe(8);
});
