import './home.css';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { listQuery, schemaQuery } from '../api/queries';
import { canRecord } from '../record/canRecord';
import type { Resource } from '../schema/types';
import { count, titleCase } from '../schema/words';
import { LinkButton } from '../ui/Button';
import { EmptyState } from '../ui/EmptyState';
import { ErrorState } from '../ui/ErrorState';
import { Icon } from '../ui/Icon';
import { Page } from '../ui/Page';
import { Skeleton } from '../ui/Skeleton';

export function HomePage() {
  const { data: schema, error, refetch, isFetching } = useQuery(schemaQuery);
  const resources = Object.entries(schema?.resources ?? {});
  return (
    <Page title="Documents">
      {schema && canRecord(schema) && (
        <LinkButton to="/record" variant="primary" icon="target" className="button-large">
          Record a fingerprint
        </LinkButton>
      )}
      {!schema && !error && <Skeleton label="Loading the resources" lines={5} />}
      {!schema && error && <ErrorState error={error} onRetry={() => void refetch()} isRetrying={isFetching} />}
      {schema && resources.length === 0 && (
        <EmptyState title="The server has no resources" text="They are described in its domain file." />
      )}
      <ul className="home-resources">
        {resources.map(([name, resource]) => (
          <ResourceCard key={name} name={name} resource={resource} />
        ))}
      </ul>
    </Page>
  );
}

function ResourceCard({ name, resource }: { name: string; resource: Resource }) {
  const canRead = resource.resource_methods.includes('GET');
  const { data, isError } = useQuery({ ...listQuery(resource.href, { max_results: 1 }), enabled: canRead });
  const total = data?._meta?.total;
  return (
    <li className="home-resource">
      <div>
        <h2>
          <Link to="/r/$resource" params={{ resource: name }}>
            {titleCase(resource.title)}
          </Link>
        </h2>
        <p className="muted">
          {isError && 'The number of documents is not known'}
          {total !== undefined && count(total, 'document')}
          {canRead && !isError && total === undefined && '…'}
        </p>
      </div>
      {resource.resource_methods.includes('POST') && (
        <Link
          to="/r/$resource/new"
          params={{ resource: name }}
          className="icon-button home-add"
          title={`New ${resource.item_title.toLowerCase()}`}
        >
          <Icon name="add" />
          <span className="visually-hidden">{`New ${resource.item_title.toLowerCase()}`}</span>
        </Link>
      )}
    </li>
  );
}
