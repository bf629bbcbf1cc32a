import { apiUrl } from '../api/client';
import type { Doc } from '../api/documents';
import type { Resource } from '../schema/types';
import { CopyButton } from '../ui/CopyButton';

/** The document as the API gives it, and how to get it without this application. */
export function RawDocument({ doc, resource }: { doc: Doc; resource: Resource }) {
  const json = JSON.stringify(doc, null, 2);
  const url = new URL(apiUrl(`${resource.href}/${encodeURIComponent(doc._id)}`), location.href).href;
  const curl = `curl '${url}'`;
  return (
    <details className="raw card">
      <summary>JSON and curl</summary>
      <div className="raw-part">
        <CopyButton text={curl} what="the curl line" />
        <pre tabIndex={0}>{curl}</pre>
      </div>
      <div className="raw-part">
        <CopyButton text={json} what="the JSON" />
        <pre tabIndex={0}>{json}</pre>
      </div>
    </details>
  );
}
