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
  /** The draft in memory is on this device too, as far as we know. */
  #isWritten: boolean;

  /** @fresh makes the draft that one begins with. */
  constructor(storage: () => Storage = () => localStorage, fresh: () => Draft = newDraft) {
    this.#storage = storage;
    this.#fresh = fresh;
    const found = this.#read();
    this.#isWritten = found !== undefined;
    this.#state = { draft: found ?? fresh(), isRestored: found !== undefined, isKept: true };
  }

  readonly get = (): DraftState => this.#state;

  readonly subscribe = (listener: () => void): (() => void) => {
    if (this.#listeners.size === 0) {
      window.addEventListener('storage', this.#onStorage);
      this.#catchUp();
    }
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
      if (this.#listeners.size === 0) window.removeEventListener('storage', this.#onStorage);
    };
  };

  /** Takes changes over and writes them down at once. */
  update(changes: Partial<Draft>): void {
    const draft = { ...this.#state.draft, ...changes };
    this.#isWritten = true;
    this.#set({ ...this.#state, draft, isKept: this.#write(draft) });
  }

  /** The draft was stored or discarded: begin another. */
  replace(draft: Draft = this.#fresh()): void {
    this.#isWritten = false;
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

  /** While nobody listened, another tab may have gone on with the draft, or saved it. */
  #catchUp(): void {
    const { draft, isKept } = this.#state;
    if (!isKept) return;
    const found = this.#read();
    if (found ? JSON.stringify(found) === JSON.stringify(draft) : !this.#isWritten) return;
    this.#take(found);
  }

  readonly #onStorage = (event: StorageEvent): void => {
    if (event.key !== KEY && event.key !== null) return;
    this.#take(parse(event.newValue));
  };

  /** @found: what another tab left; undefined: nothing. */
  #take(found: Draft | undefined): void {
    this.#isWritten = found !== undefined;
    this.#set({ ...this.#state, draft: found ?? this.#fresh(), isRestored: false });
  }
}
