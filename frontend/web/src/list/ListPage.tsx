import { Page } from '../ui/Page';

export function ListPage() {
  return <Page title="ListPage">{null}</Page>;
}
