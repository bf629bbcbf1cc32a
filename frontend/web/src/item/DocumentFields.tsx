import { useMemo } from 'react';
import type { Doc } from '../api/documents';
import { META, withDates } from '../schema/kinds';
import type { ApiSchema, Fields, Resource } from '../schema/types';
import { pathTitle } from '../schema/words';
import { CopyButton } from '../ui/CopyButton';
import { LabelsProvider } from './LabelsContext';
import { Value } from './Value';
import { wantedOf } from './wanted';

interface DocumentFieldsProps {
  doc: Doc;
  resource: Resource;
  schema: ApiSchema;
}

/** Every member of the document: those of the schema in its order, then others, then what the server adds. */
export function DocumentFields({ doc, resource, schema }: DocumentFieldsProps) {
  const wanted = useMemo(() => wantedOf(schema, resource.schema, doc), [schema, resource, doc]);
  const dates = withDates({});
  const others = Object.keys(doc).filter((name) => !(name in resource.schema) && !META.includes(name));
  const known: Fields = { ...resource.schema, ...Object.fromEntries(others.map((name) => [name, {}])) };
  return (
    <LabelsProvider wanted={wanted}>
      <dl className="fields card">
        {Object.entries(known).map(([name, rules]) => (
          <div key={name} className="fields-row">
            <dt>{pathTitle(name)}</dt>
            <dd>
              <Value schema={schema} rules={rules} value={doc[name]} />
            </dd>
          </div>
        ))}
      </dl>
      <dl className="fields fields-quiet">
        {['_created', '_updated'].map((name) => (
          <div key={name} className="fields-row">
            <dt>{pathTitle(name)}</dt>
            <dd>
              <Value schema={schema} rules={dates[name] ?? {}} value={doc[name]} />
            </dd>
          </div>
        ))}
        <div className="fields-row">
          <dt>Id</dt>
          <dd className="row">
            <code>{doc._id}</code>
            <CopyButton text={doc._id} what="the id" />
          </dd>
        </div>
      </dl>
    </LabelsProvider>
  );
}
