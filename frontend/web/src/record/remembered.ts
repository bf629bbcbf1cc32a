/** Small things that this phone remembers between fingerprints: its device, where the last one was. */
export function recall<T>(name: string): T | undefined {
  try {
    const text = localStorage.getItem(`narwhal.record.${name}`);
    return text === null ? undefined : (JSON.parse(text) as T);
  } catch {
    return undefined;
  }
}

export function remember(name: string, value: unknown): void {
  try {
    if (value === null || value === undefined) localStorage.removeItem(`narwhal.record.${name}`);
    else localStorage.setItem(`narwhal.record.${name}`, JSON.stringify(value));
  } catch {
    // No storage: it has to be said again next time.
  }
}
