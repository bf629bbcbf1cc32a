import { Link } from '@tanstack/react-router';
import { formatPoint, formatValue, isPoint } from '../schema/format';
import { fieldsOf, itemRulesOf, kindOf } from '../schema/kinds';
import { type Relation, relationOf, shortId } from '../schema/references';
import type { ApiSchema, Fields, Rules } from '../schema/types';
import { pathTitle } from '../schema/words';
import { CopyButton } from '../ui/CopyButton';
import { Time } from '../ui/Time';
import { useKnownLabels } from './LabelsContext';
import { ValueTable } from './ValueTable';

interface ValueProps {
  schema: ApiSchema;
  rules: Rules;
  value: unknown;
}

/** A value as people read it, whole. */
export function Value({ schema, rules, value }: ValueProps) {
  if (value === undefined) return <span className="muted">–</span>;
  if (value === null) return <span className="muted">Empty</span>;
  const relation = relationOf(schema, rules);
  if (relation) return <Reference relation={relation} value={value} />;
  if (rules.type === 'datetime') return <Time value={value} />;
  if (isPoint(value)) {
    const [longitude, latitude] = value.coordinates;
    return (
      <span className="row">
        {formatPoint(value)} <CopyButton text={`${latitude}, ${longitude}`} what="latitude and longitude" />
      </span>
    );
  }
  if (Array.isArray(value)) return <List schema={schema} rules={itemRulesOf(rules) ?? {}} values={value} />;
  if (typeof value === 'object') return <Members schema={schema} fields={fieldsOf(rules) ?? {}} value={value} />;
  if (kindOf(rules) === 'choice') return <span className="tag">{String(value)}</span>;
  return <span className="value-text">{formatValue(rules, value)}</span>;
}

function Reference({ relation, value }: { relation: Relation; value: unknown }) {
  const label = useKnownLabels()(relation, value);
  const id = String(value);
  // The address of an item is its _id; another field is one only where it is the resource's second address.
  if (relation.field !== '_id' && relation.field !== relation.resource.additional_lookup?.field) return <>{label ?? id}</>;
  return (
    <Link to="/r/$resource/$id" params={{ resource: relation.name, id }}>
      {label ?? shortId(id)}
    </Link>
  );
}

function Members({ schema, fields, value }: { schema: ApiSchema; fields: Fields; value: object }) {
  const members = value as Record<string, unknown>;
  const names = [...new Set([...Object.keys(fields), ...Object.keys(members)])];
  return (
    <dl className="fields fields-inner">
      {names.map((name) => (
        <div key={name} className="fields-row">
          <dt>{pathTitle(name)}</dt>
          <dd>
            <Value schema={schema} rules={fields[name] ?? {}} value={members[name]} />
          </dd>
        </div>
      ))}
    </dl>
  );
}

function List({ schema, rules, values }: { schema: ApiSchema; rules: Rules; values: readonly unknown[] }) {
  const fields = fieldsOf(rules);
  if (values.length === 0) return <span className="muted">No items</span>;
  const isFlat = fields && Object.values(fields).every((one) => !['dict', 'list', 'json'].includes(kindOf(one)));
  const isTable = isFlat && values.every((one) => typeof one === 'object' && one !== null);
  if (isTable) return <ValueTable schema={schema} fields={fields} values={values as Record<string, unknown>[]} />;
  return (
    <ol className="value-list">
      {values.map((value, at) => (
        // Nothing tells equal items apart but their place.
        // oxlint-disable-next-line react/no-array-index-key
        <li key={at}>
          <Value schema={schema} rules={rules} value={value} />
        </li>
      ))}
    </ol>
  );
}
