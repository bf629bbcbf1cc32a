import { Page } from '../ui/Page';

export function EditPage() {
  return <Page title="EditPage">{null}</Page>;
}
