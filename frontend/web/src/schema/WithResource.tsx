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
  children: (resource: Resource, schema: ApiSchema) => ReactNode;
}

/** The states that all pages of a resource share, before its schema is there. */
export function WithResource({ name, children }: WithResourceProps) {
  const { resource, schema, error, isMissing, retry } = useResource(name);
  if (resource && schema) return children(resource, schema);
  return (
    <Page title={titleCase(name)}>
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
