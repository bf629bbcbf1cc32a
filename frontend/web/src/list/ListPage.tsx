import './list.css';
import { getRouteApi } from '@tanstack/react-router';
import { WithResource } from '../schema/WithResource';
import { titleCase } from '../schema/words';
import { LinkButton } from '../ui/Button';
import { Page } from '../ui/Page';
import { ListView } from './ListView';
import type { ListSearch } from './search';

const route = getRouteApi('/r/$resource');

export function ListPage() {
  const { resource: name } = route.useParams();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  // What changes what is listed goes back to the first page, and does not fill the history with steps.
  const change = (part: Partial<ListSearch>) =>
    void navigate({ search: { ...search, page: undefined, ...part }, replace: !('page' in part), resetScroll: 'page' in part });
  return (
    <WithResource name={name} key={name}>
      {(resource, schema) => (
        <Page
          title={titleCase(resource.title)}
          actions={
            resource.resource_methods.includes('POST') && (
              <LinkButton to="/r/$resource/new" params={{ resource: name }} variant="primary" icon="add">
                {`New ${resource.item_title.toLowerCase()}`}
              </LinkButton>
            )
          }
        >
          <ListView name={name} resource={resource} schema={schema} search={search} onChange={change} />
        </Page>
      )}
    </WithResource>
  );
}
