import { Page } from '../ui/Page';

export function RecordPage() {
  return <Page title="Record a fingerprint">{null}</Page>;
}
