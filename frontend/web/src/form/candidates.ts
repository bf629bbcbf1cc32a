import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { type Doc, listDocuments } from '../api/documents';
import { labelField } from '../schema/kinds';
import { startsWith } from '../schema/prefix';
import type { Relation } from '../schema/references';

const MOST = 20;

/** "harbour" and "Harbour": the API compares letters as they are, and phones begin with a capital. */
function spellings(text: string): string[] {
  const [first = '', rest] = [text.charAt(0), text.slice(1)];
  return [...new Set([text, first.toUpperCase() + rest, first.toLowerCase() + rest])];
}

/** Documents whose label begins with @text; the first ones by label when it is empty. */
export const candidatesQuery = ({ resource }: Relation, text: string) =>
  queryOptions({
    queryKey: ['documents', resource.href, 'candidates', text],
    placeholderData: keepPreviousData,
    queryFn: async ({ signal }): Promise<readonly Doc[]> => {
      const label = labelField(resource.schema);
      const size = { max_results: Math.min(MOST, resource.pagination_limit) };
      if (/^[0-9a-f]{24}$/i.test(text)) return (await listDocuments(resource.href, { where: { _id: text } }, signal))._items;
      if (!label) return (await listDocuments(resource.href, { sort: '-_updated', ...size }, signal))._items;
      if (text === '') return (await listDocuments(resource.href, { sort: label, ...size }, signal))._items;
      const pages = await Promise.all(
        spellings(text).map((begin) =>
          listDocuments(resource.href, { where: { [label]: startsWith(begin) }, sort: label, ...size }, signal),
        ),
      );
      return pages.flatMap((page) => page._items).slice(0, MOST);
    },
  });
