import { Link } from '@tanstack/react-router';
import { pathTitle } from '../schema/words';
import { Field } from '../ui/Field';
import { Cell } from './Cell';
import type { RowsProps } from './ListView';

/** One card a document, for narrow windows; the first column is its title and its link. */
export function Cards({ name, schema, columns, items, labels, sort, onSort }: RowsProps) {
  const [first, ...rest] = columns;
  return (
    <>
      <SortSelect columns={columns} sort={sort} onSort={onSort} />
      <ul className="cards">
        {items.map((item) => (
          <li key={item._id} className="list-card">
            <Link to="/r/$resource/$id" params={{ resource: name, id: item._id }} className="card-link">
              {first && <Cell schema={schema} rules={first.rules} value={item[first.field]} labels={labels} />}
            </Link>
            <dl>
              {rest
                .filter(({ field }) => item[field] !== undefined && item[field] !== null && item[field] !== '')
                .map(({ field, rules }) => (
                  <div key={field}>
                    <dt>{pathTitle(field)}</dt>
                    <dd>
                      <Cell schema={schema} rules={rules} value={item[field]} labels={labels} />
                    </dd>
                  </div>
                ))}
            </dl>
          </li>
        ))}
      </ul>
    </>
  );
}

function SortSelect({ columns, sort, onSort }: Pick<RowsProps, 'columns' | 'sort' | 'onSort'>) {
  return (
    <div className="sort-select">
      <Field label="Sort by">
        {(control) => (
          <select
            {...control}
            className="input"
            value={sort ?? ''}
            onChange={(event) => onSort(event.target.value === '' ? undefined : event.target.value)}
          >
            <option value="">As stored</option>
            {columns
              .filter(({ isSortable }) => isSortable)
              .flatMap(({ field }) => {
                const title = pathTitle(field);
                return [
                  <option key={field} value={field}>{`${title}, up`}</option>,
                  <option key={`-${field}`} value={`-${field}`}>{`${title}, down`}</option>,
                ];
              })}
          </select>
        )}
      </Field>
    </div>
  );
}
