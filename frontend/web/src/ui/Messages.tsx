import { useEffect, useSyncExternalStore } from 'react';
import { Icon } from './Icon';

interface Message {
  readonly id: number;
  readonly text: string;
}

const STAY_MS = 6_000;
let messages: readonly Message[] = [];
let lastId = 0;
const listeners = new Set<() => void>();

function set(next: readonly Message[]): void {
  messages = next;
  for (const tell of listeners) tell();
}

/** Says something short ("Saved") at the edge of the screen and to screen readers; it goes away by itself. */
export function announce(text: string): void {
  lastId += 1;
  set([...messages, { id: lastId, text }]);
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function OneMessage({ id, text }: Message) {
  useEffect(() => {
    const timer = setTimeout(() => set(messages.filter((message) => message.id !== id)), STAY_MS);
    return () => clearTimeout(timer);
  }, [id]);
  return (
    <div className="message">
      <Icon name="check" />
      <span>{text}</span>
    </div>
  );
}

export function Messages() {
  const all = useSyncExternalStore(subscribe, () => messages);
  return (
    <div role="status">
      {all.map((message) => (
        <OneMessage key={message.id} {...message} />
      ))}
    </div>
  );
}
