/** The search parameters of a list: what a shared address says. */
export interface ListSearch {
  page?: number;
  size?: number;
  /** Field name, "-" before it for descending. */
  sort?: string;
  /** `field:operator:value`, see filters.ts. */
  filter?: string[];
}

export function parseListSearch(search: Record<string, unknown>): ListSearch {
  const { page, size, sort, filter } = search;
  const filters = (Array.isArray(filter) ? filter : [filter]).filter((one) => typeof one === 'string' && one !== '');
  return {
    page: positive(page),
    size: positive(size),
    sort: typeof sort === 'string' && sort !== '' ? sort : undefined,
    filter: filters.length > 0 ? (filters as string[]) : undefined,
  };
}

function positive(value: unknown): number | undefined {
  const n = Number(value);
  return Number.isInteger(n) && n > 0 ? n : undefined;
}
