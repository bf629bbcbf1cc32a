import '../item/item.css';
import { useQuery } from '@tanstack/react-query';
import { Link, getRouteApi } from '@tanstack/react-router';
import { useState } from 'react';
import { itemQuery } from '../api/queries';
import { WithResource } from '../schema/WithResource';
import { shortId, titleOf } from '../schema/references';
import type { ApiSchema, Resource } from '../schema/types';
import { EmptyState } from '../ui/EmptyState';
import { ErrorState } from '../ui/ErrorState';
import { Icon } from '../ui/Icon';
import { Page } from '../ui/Page';
import { Skeleton } from '../ui/Skeleton';
import { DocumentForm } from './DocumentForm';
import { loadDraft } from './draft';

const route = getRouteApi('/r/$resource/$id/edit');

export function EditPage() {
  const { resource: name, id } = route.useParams();
  return (
    <WithResource name={name} key={`${name} ${id}`}>
      {(resource, schema) => <Edit name={name} id={id} resource={resource} schema={schema} />}
    </WithResource>
  );
}

interface EditProps {
  name: string;
  id: string;
  resource: Resource;
  schema: ApiSchema;
}

function Edit({ name, id, resource, schema }: EditProps) {
  const { data, error, refetch, isFetching } = useQuery(itemQuery(resource.href, id));
  // A draft goes on even when the document cannot be read now: offline, or deleted meanwhile.
  const [kept] = useState(() => loadDraft(`${resource.href}/${id}`)?.base);
  const doc = data ?? (error ? kept : undefined);
  const canEdit = resource.item_methods.includes('PATCH') || resource.item_methods.includes('PUT');
  return (
    <Page
      title={`Edit ${doc ? titleOf(resource, doc) : shortId(id)}`}
      above={
        <Link to="/r/$resource/$id" params={{ resource: name, id }} className="up-link">
          <Icon name="back" />
          {doc ? titleOf(resource, doc) : resource.item_title}
        </Link>
      }
    >
      {!canEdit && <EmptyState icon="info" title={`The server does not let ${resource.title} be changed`} />}
      {canEdit && error && !doc && <ErrorState error={error} onRetry={() => void refetch()} isRetrying={isFetching} />}
      {canEdit && !doc && !error && <Skeleton label="Loading the document" lines={8} />}
      {canEdit && doc && <DocumentForm name={name} resource={resource} schema={schema} doc={doc} />}
    </Page>
  );
}
