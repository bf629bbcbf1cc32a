import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import type { Doc } from '../api/documents';
import { listQuery } from '../api/queries';
import { type Labels, type Wanted, relationOf, useLabels } from '../schema/references';
import type { ApiSchema, Resource } from '../schema/types';
import { Button, LinkButton } from '../ui/Button';
import { EmptyState } from '../ui/EmptyState';
import { ErrorState } from '../ui/ErrorState';
import { Skeleton } from '../ui/Skeleton';
import { WIDE, useMedia } from '../ui/useMedia';
import { Cards } from './Cards';
import { FilterBar } from './FilterBar';
import { Pager } from './Pager';
import { Table } from './Table';
import { type Column, columnsOf } from './columns';
import { type Filter, filterText, filterable, parseFilter, whereOf } from './filters';
import type { ListSearch } from './search';

interface ListViewProps {
  name: string;
  resource: Resource;
  schema: ApiSchema;
  search: ListSearch;
  onChange: (part: Partial<ListSearch>) => void;
}

export interface RowsProps {
  name: string;
  schema: ApiSchema;
  columns: readonly Column[];
  items: readonly Doc[];
  labels: Labels;
  sort?: string;
  onSort: (sort: string | undefined) => void;
}

export function ListView({ name, resource, schema, search, onChange }: ListViewProps) {
  const fields = useMemo(() => filterable(resource.schema), [resource]);
  const columns = useMemo(() => columnsOf(resource.schema), [resource]);
  const texts = search.filter ?? [];
  const filters = texts.map((text) => parseFilter(text, fields)).filter((one) => one !== undefined);
  const unread = texts.filter((text) => !parseFilter(text, fields));

  const size = Math.min(search.size ?? resource.pagination_default, resource.pagination_limit);
  const page = search.page ?? 1;
  const sort = search.sort;
  const list = useQuery({
    ...listQuery(resource.href, { where: whereOf(filters, fields), sort, page, max_results: size }),
    placeholderData: keepPreviousData,
  });
  const items = list.data?._items ?? [];
  const labels = useLabels(columns.flatMap((column) => wantedOf(schema, column, items)));
  const isWide = useMedia(WIDE);
  const setFilters = (next: readonly Filter[]) => onChange({ filter: next.length > 0 ? next.map(filterText) : undefined });

  const Rows = isWide ? Table : Cards;
  return (
    <div className="stack">
      <FilterBar schema={schema} fields={fields} filters={filters} unread={unread} onChange={setFilters} />
      {list.isError && (
        <ErrorState error={list.error} onRetry={() => void list.refetch()} isRetrying={list.isFetching} />
      )}
      {list.isPending && <Skeleton label={`Loading ${resource.title}`} lines={8} />}
      {items.length > 0 && (
        <div className={list.isPlaceholderData ? 'stack list-stale' : 'stack'} aria-busy={list.isPlaceholderData}>
          <Rows {...{ name, schema, columns, items, labels, sort }} onSort={(next) => onChange({ sort: next })} />
        </div>
      )}
      {list.isSuccess && items.length === 0 && (
        <Nothing name={name} resource={resource} isFiltered={filters.length > 0} page={page} onChange={onChange} />
      )}
      {list.data && items.length > 0 && (
        <Pager
          page={page}
          size={size}
          shown={items.length}
          total={list.data._meta?.total}
          limit={resource.pagination_limit}
          usual={resource.pagination_default}
          onPage={(next) => onChange({ page: next > 1 ? next : undefined })}
          onSize={(next) => onChange({ size: next })}
        />
      )}
    </div>
  );
}

function wantedOf(schema: ApiSchema, { field, rules }: Column, items: RowsProps['items']): Wanted[] {
  const relation = relationOf(schema, rules);
  return relation ? [{ relation, values: items.map((item) => item[field]) }] : [];
}

interface NothingProps extends Pick<ListViewProps, 'name' | 'resource' | 'onChange'> {
  isFiltered: boolean;
  page: number;
}

function Nothing({ name, resource, isFiltered, page, onChange }: NothingProps) {
  if (page > 1) {
    return (
      <EmptyState icon="search" title="The list ends before this page">
        <Button variant="primary" onClick={() => onChange({ page: undefined })}>
          First page
        </Button>
      </EmptyState>
    );
  }
  if (isFiltered) {
    return (
      <EmptyState icon="filter" title={`No ${resource.title} match`} text="Change or remove a filter to see more.">
        <Button onClick={() => onChange({ filter: undefined })}>Remove all filters</Button>
      </EmptyState>
    );
  }
  const canCreate = resource.resource_methods.includes('POST');
  return (
    <EmptyState title={`No ${resource.title} yet`} text={canCreate ? undefined : 'They appear here when there are some.'}>
      {canCreate && (
        <LinkButton to="/r/$resource/new" params={{ resource: name }} variant="primary" icon="add">
          Add the first
        </LinkButton>
      )}
    </EmptyState>
  );
}
