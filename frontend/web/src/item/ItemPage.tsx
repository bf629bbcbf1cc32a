import './item.css';
import { useQuery } from '@tanstack/react-query';
import { Link, getRouteApi } from '@tanstack/react-router';
import type { Doc } from '../api/documents';
import { ApiError } from '../api/errors';
import { itemQuery } from '../api/queries';
import { WithResource } from '../schema/WithResource';
import { shortId, titleOf } from '../schema/references';
import type { ApiSchema, Resource } from '../schema/types';
import { titleCase } from '../schema/words';
import { LinkButton } from '../ui/Button';
import { EmptyState } from '../ui/EmptyState';
import { ErrorState } from '../ui/ErrorState';
import { Icon } from '../ui/Icon';
import { Page } from '../ui/Page';
import { Skeleton } from '../ui/Skeleton';
import { DeleteButton } from './DeleteButton';
import { DocumentFields } from './DocumentFields';
import { RawDocument } from './RawDocument';

const route = getRouteApi('/r/$resource/$id');

export function ItemPage() {
  const { resource: name, id } = route.useParams();
  return (
    <WithResource name={name} key={`${name} ${id}`}>
      {(resource, schema) => <Item name={name} id={id} resource={resource} schema={schema} />}
    </WithResource>
  );
}

interface ItemProps {
  name: string;
  id: string;
  resource: Resource;
  schema: ApiSchema;
}

function Item({ name, id, resource, schema }: ItemProps) {
  const { data: doc, error, refetch, isFetching } = useQuery(itemQuery(resource.href, id));
  const isGone = error instanceof ApiError && error.status === 404;
  return (
    <Page
      title={doc && !isGone ? titleOf(resource, doc) : `${resource.item_title} ${shortId(id)}`}
      above={<Up name={name} resource={resource} />}
      actions={doc && !isGone && <Actions name={name} resource={resource} doc={doc} />}
    >
      {isGone && (
        <EmptyState icon="search" title="This document is not there" text="It was deleted, or the address is wrong.">
          <LinkButton to="/r/$resource" params={{ resource: name }} variant="primary">
            {`All ${resource.title}`}
          </LinkButton>
        </EmptyState>
      )}
      {error && !isGone && <ErrorState error={error} onRetry={() => void refetch()} isRetrying={isFetching} />}
      {!doc && !error && <Skeleton label={`Loading the ${resource.item_title.toLowerCase()}`} lines={8} />}
      {doc && !isGone && (
        <>
          <DocumentFields doc={doc} resource={resource} schema={schema} />
          <RawDocument doc={doc} resource={resource} />
        </>
      )}
    </Page>
  );
}

function Up({ name, resource }: { name: string; resource: Resource }) {
  return (
    <Link to="/r/$resource" params={{ resource: name }} className="up-link">
      <Icon name="back" />
      {titleCase(resource.title)}
    </Link>
  );
}

function Actions({ name, resource, doc }: { name: string; resource: Resource; doc: Doc }) {
  const canEdit = resource.item_methods.includes('PATCH') || resource.item_methods.includes('PUT');
  return (
    <>
      {canEdit && (
        <LinkButton to="/r/$resource/$id/edit" params={{ resource: name, id: doc._id }} variant="primary" icon="edit">
          Edit
        </LinkButton>
      )}
      {resource.item_methods.includes('DELETE') && <DeleteButton name={name} resource={resource} doc={doc} />}
    </>
  );
}
