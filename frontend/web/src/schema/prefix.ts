/** The least text that sorts behind everything that begins with @prefix; undefined when there is none. */
export function endOfPrefix(prefix: string): string | undefined {
  const points = [...prefix].map((char) => char.codePointAt(0) ?? 0);
  while (points.length > 0) {
    const last = points.pop() ?? 0;
    if (last === 0x10ffff) continue;
    // The code points of surrogates stand for no character.
    points.push(last === 0xd7ff ? 0xe000 : last + 1);
    return String.fromCodePoint(...points);
  }
  return undefined;
}

/** The API's condition for texts that begin with @prefix. */
export function startsWith(prefix: string): Record<string, string> {
  const end = endOfPrefix(prefix);
  return end === undefined ? { $gte: prefix } : { $gte: prefix, $lt: end };
}
