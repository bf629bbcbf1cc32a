import { type Draft, newDraft } from './draft';

const KEY = 'narwhal.record.draft';

/** The part of localStorage that is needed. */
export type Storage = Pick<globalThis.Storage, 'getItem' | 'setItem' | 'removeItem'>;

export interface DraftState {
  draft: Draft;
  /** It was there when the page was opened. */
  isRestored: boolean;
  /** False: this browser keeps nothing, the draft lives as long as the page. */
  isKept: boolean;
}

const isDraft = (value: unknown): value is Draft =>
  typeof value === 'object' && value !== null && (value as Draft).version === 1 && typeof (value as Draft).id === 'string';

function parse(text: string | null): Draft | undefined {
  if (text === null) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    // Members that a later version added take their first value.
    return isDraft(value) ? { ...newDraft(), ...value } : undefined;
  } catch {
    return undefined;
  }
}

/** The draft, in memory and on this device. All tabs work on the same one. */
export class DraftStore {
  #state: DraftState;
  readonly #storage: () => Storage;
  readonly #fresh: () => Draft;
  readonly #listeners = new Set<() => void>();

  /** @fresh makes the draft that one begins with. */
  constructor(storage: () => Storage = () => localStorage, fresh: () => Draft = newDraft) {
    this.#storage = storage;
    this.#fresh = fresh;
    const found = this.#read();
    this.#state = { draft: found ?? fresh(), isRestored: found !== undefined, isKept: true };
  }

  readonly get = (): DraftState => this.#state;

  readonly subscribe = (listener: () => void): (() => void) => {
    if (this.#listeners.size === 0) window.addEventListener('storage', this.#onStorage);
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
      if (this.#listeners.size === 0) window.removeEventListener('storage', this.#onStorage);
    };
  };

  /** Takes changes over and writes them down at once. */
  update(changes: Partial<Draft>): void {
    const draft = { ...this.#state.draft, ...changes };
    this.#set({ ...this.#state, draft, isKept: this.#write(draft) });
  }

  /** The draft was stored or discarded: begin another. */
  replace(draft: Draft = this.#fresh()): void {
    this.#set({ draft, isRestored: false, isKept: this.#remove() });
  }

  #set(state: DraftState): void {
    this.#state = state;
    for (const tell of this.#listeners) tell();
  }

  #read(): Draft | undefined {
    try {
      return parse(this.#storage().getItem(KEY));
    } catch {
      return undefined; // storage is forbidden
    }
  }

  #write(draft: Draft): boolean {
    try {
      this.#storage().setItem(KEY, JSON.stringify(draft));
      return true;
    } catch {
      return false; // forbidden, or full
    }
  }

  #remove(): boolean {
    try {
      this.#storage().removeItem(KEY);
      return true;
    } catch {
      return false;
    }
  }

  readonly #onStorage = (event: StorageEvent): void => {
    if (event.key !== KEY && event.key !== null) return;
    const draft = parse(event.newValue) ?? this.#fresh();
    this.#set({ ...this.#state, draft, isRestored: false });
  };
}
