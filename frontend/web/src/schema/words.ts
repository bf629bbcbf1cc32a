/** "taken_at" -> "Taken at"; "fingerprints" -> "Fingerprints". */
export function titleCase(name: string): string {
  const words = name.replaceAll(/[_-]+/g, ' ').trim();
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** "readings.kind" -> "Readings › Kind"; "_updated" -> "Updated". */
export const pathTitle = (path: string): string => path.replace(/^_/, '').split('.').map(titleCase).join(' › ');

/** "a fingerprint", "an item". */
export const withArticle = (noun: string): string => `${/^[aeiou]/i.test(noun) ? 'an' : 'a'} ${noun}`;

/** "1 document", "3 documents". */
export const count = (n: number, one: string, many = `${one}s`): string =>
  `${n.toLocaleString('en')} ${n === 1 ? one : many}`;
