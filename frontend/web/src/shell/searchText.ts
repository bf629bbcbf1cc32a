/** Search parameters as plain text, a repeated name as a list: addresses that people can read and write. */
export type Search = Record<string, string | string[] | undefined>;

export function parseSearch(text: string): Search {
  const search: Search = {};
  for (const [name, value] of new URLSearchParams(text)) {
    const earlier = search[name];
    if (earlier === undefined) search[name] = value;
    else search[name] = [...(Array.isArray(earlier) ? earlier : [earlier]), value];
  }
  return search;
}

/** Left readable where a query may hold them as they are. */
const encode = (text: string) => encodeURIComponent(text).replaceAll('%3A', ':').replaceAll('%2C', ',');

export function stringifySearch(search: Record<string, unknown>): string {
  const parts = Object.entries(search).flatMap(([name, value]) =>
    (Array.isArray(value) ? value : [value])
      .filter((one) => one !== undefined && one !== '')
      .map((one) => `${encode(name)}=${encode(String(one))}`),
  );
  return parts.length > 0 ? `?${parts.join('&')}` : '';
}
