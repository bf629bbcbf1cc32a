import { EmptyState } from '../ui/EmptyState';
import { LinkButton } from '../ui/Button';
import { Page } from '../ui/Page';

export function NotFound() {
  return (
    <Page title="Not found">
      <EmptyState icon="search" title="There is no such page" text="The address may be mistyped, or what it named is gone.">
        <LinkButton to="/" variant="primary">
          Go to the start
        </LinkButton>
      </EmptyState>
    </Page>
  );
}
