import { Link } from '@tanstack/react-router';
import { pathTitle } from '../schema/words';
import { Icon } from '../ui/Icon';
import { Cell } from './Cell';
import type { RowsProps } from './ListView';
import { type Column, nextSort } from './columns';

const isNumber = ({ rules }: Column) => ['integer', 'float', 'number'].includes(String(rules.type));
const cellClass = (column: Column) => (isNumber(column) ? 'cell-number' : undefined);

export function Table({ name, schema, columns, items, labels, sort, onSort }: RowsProps) {
  return (
    <div className="table-box">
      <table className="table">
        <thead>
          <tr>
            {columns.map((column) => (
              <Header key={column.field} column={column} sort={sort} onSort={onSort} />
            ))}
          </tr>
        </thead>
        <tbody>
          {items.map((item) => (
            <tr key={item._id}>
              {columns.map((column, at) => {
                const cell = <Cell schema={schema} rules={column.rules} value={item[column.field]} labels={labels} />;
                return (
                  <td key={column.field} className={cellClass(column)}>
                    {at > 0 ? (
                      cell
                    ) : (
                      <Link to="/r/$resource/$id" params={{ resource: name, id: item._id }} className="row-link">
                        {cell}
                      </Link>
                    )}
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Header({ column, sort, onSort }: { column: Column } & Pick<RowsProps, 'sort' | 'onSort'>) {
  const { field, isSortable } = column;
  const title = pathTitle(field);
  const direction = sort === field ? 'ascending' : sort === `-${field}` ? 'descending' : undefined;
  return (
    <th scope="col" aria-sort={isSortable ? (direction ?? 'none') : undefined} className={cellClass(column)}>
      {isSortable ? (
        <button type="button" className="sort-button" onClick={() => onSort(nextSort(sort, field))}>
          {title}
          {direction && <Icon name={direction === 'ascending' ? 'up' : 'down'} />}
        </button>
      ) : (
        <span className="sort-button">{title}</span>
      )}
    </th>
  );
}
