import { Page } from '../ui/Page';

export function ItemPage() {
  return <Page title="ItemPage">{null}</Page>;
}
