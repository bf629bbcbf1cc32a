import '../item/item.css';
import { Link, getRouteApi } from '@tanstack/react-router';
import { WithResource } from '../schema/WithResource';
import { titleCase } from '../schema/words';
import { EmptyState } from '../ui/EmptyState';
import { Icon } from '../ui/Icon';
import { Page } from '../ui/Page';
import { DocumentForm } from './DocumentForm';

const route = getRouteApi('/r/$resource/new');

export function CreatePage() {
  const { resource: name } = route.useParams();
  return (
    <WithResource name={name} key={name}>
      {(resource, schema) => (
        <Page
          title={`New ${resource.item_title.toLowerCase()}`}
          above={
            <Link to="/r/$resource" params={{ resource: name }} className="up-link">
              <Icon name="back" />
              {titleCase(resource.title)}
            </Link>
          }
        >
          {resource.resource_methods.includes('POST') ? (
            <DocumentForm name={name} resource={resource} schema={schema} doc={undefined} />
          ) : (
            <EmptyState icon="info" title={`The server does not let ${resource.title} be created`} />
          )}
        </Page>
      )}
    </WithResource>
  );
}
