import { useState } from 'react';
import { relationOf, shortId } from '../schema/references';
import { formatValue } from '../schema/format';
import type { ApiSchema, Fields } from '../schema/types';
import { count, pathTitle } from '../schema/words';
import { Button } from '../ui/Button';
import { Time } from '../ui/Time';
import { useKnownLabels } from './LabelsContext';

interface ValueTableProps {
  schema: ApiSchema;
  fields: Fields;
  values: readonly Readonly<Record<string, unknown>>[];
}

const AT_FIRST = 20;

/** A list of small sub-documents, one a row. */
export function ValueTable({ schema, fields, values }: ValueTableProps) {
  const [isWhole, setWhole] = useState(values.length <= AT_FIRST);
  const labels = useKnownLabels();
  const names = [...new Set([...Object.keys(fields), ...values.flatMap((value) => Object.keys(value))])];
  const cell = (name: string, value: unknown) => {
    const rules = fields[name] ?? {};
    const relation = relationOf(schema, rules);
    if (relation && value !== undefined) return labels(relation, value) ?? shortId(value);
    return rules.type === 'datetime' && value ? <Time value={value} /> : formatValue(rules, value) || '–';
  };
  return (
    <div className="stack">
      <div className="value-table-box" role="region" aria-label={count(values.length, 'item')} tabIndex={0}>
        <table className="value-table">
          <thead>
            <tr>
              {names.map((name) => (
                <th key={name} scope="col">
                  {pathTitle(name)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {(isWhole ? values : values.slice(0, AT_FIRST)).map((value, at) => (
              // oxlint-disable-next-line react/no-array-index-key
              <tr key={at}>
                {names.map((name) => (
                  <td key={name}>{cell(name, value[name])}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {!isWhole && <Button onClick={() => setWhole(true)}>{`Show all ${values.length}`}</Button>}
    </div>
  );
}
