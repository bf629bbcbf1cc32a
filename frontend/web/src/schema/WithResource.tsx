import type { ReactNode } from 'react';
import { LinkButton } from '../ui/Button';
import { EmptyState } from '../ui/EmptyState';
import { ErrorState } from '../ui/ErrorState';
import { Page } from '../ui/Page';
import { Skeleton } from '../ui/Skeleton';
import type { ApiSchema, Resource } from './types';
import { useResource } from './useResource';
import { titleCase } from './words';

interface WithResourceProps {
  name: string;
  /** Of the page until the resource is there; else the resource's. */
  title?: string;
  children: (resource: Resource, schema: ApiSchema) => ReactNode;
}

/** The states that all pages of a resource share, before its schema is there. */
export function WithResource({ name, title = titleCase(name), children }: WithResourceProps) {
  const { resource, schema, error, isMissing, retry } = useResource(name);
  if (resource && schema) return children(resource, schema);
  return (
    <Page title={title}>
      {isMissing && (
        <EmptyState icon="search" title={`The server has no resource named “${name}”`}>
          <LinkButton to="/" variant="primary">
            See what there is
          </LinkButton>
        </EmptyState>
      )}
      {error !== null && <ErrorState error={error} onRetry={retry} />}
      {!isMissing && error === null && <Skeleton label="Loading" />}
    </Page>
  );
}
