import { useState } from 'react';
import { formatValue } from '../schema/format';
import { type Wanted, relationOf, shortId, useLabels } from '../schema/references';
import type { ApiSchema, Fields, Rules } from '../schema/types';
import { pathTitle } from '../schema/words';
import { Button } from '../ui/Button';
import { Icon } from '../ui/Icon';
import { FilterDialog } from './FilterDialog';
import { type Filter, filterText, operatorWords, valueOf, withFilter } from './filters';

interface FilterBarProps {
  schema: ApiSchema;
  fields: Fields;
  filters: readonly Filter[];
  /** Filters of the address that the fields do not have. */
  unread: readonly string[];
  onChange: (filters: readonly Filter[]) => void;
}

export function FilterBar({ schema, fields, filters, unread, onChange }: FilterBarProps) {
  const [isOpen, setOpen] = useState(false);
  const describe = useDescribe(schema, fields, filters);
  return (
    <div className="filter-bar">
      {filters.map((filter) => (
        <span key={filterText(filter)} className="chip">
          <span>{describe(filter)}</span>
          <button
            type="button"
            className="icon-button"
            onClick={() => onChange(filters.filter((one) => one !== filter))}
          >
            <Icon name="close" />
            <span className="visually-hidden">{`Remove the filter: ${describe(filter)}`}</span>
          </button>
        </span>
      ))}
      <Button icon="filter" onClick={() => setOpen(true)}>
        Filter
      </Button>
      {filters.length > 1 && (
        <Button variant="quiet" onClick={() => onChange([])}>
          Remove all
        </Button>
      )}
      {unread.length > 0 && (
        <p className="muted small" role="status">{`Left out, as there is no such filter here: ${unread.join(', ')}`}</p>
      )}
      {isOpen && (
        <FilterDialog
          schema={schema}
          fields={fields}
          onClose={() => setOpen(false)}
          onAdd={(added) => {
            setOpen(false);
            onChange(withFilter(filters, added));
          }}
        />
      )}
    </div>
  );
}

/** Filters in words, references by their labels. */
function useDescribe(schema: ApiSchema, fields: Fields, filters: readonly Filter[]): (filter: Filter) => string {
  const labels = useLabels(
    filters.flatMap((filter): Wanted[] => {
      const relation = relationOf(schema, fields[filter.field] ?? {});
      return relation ? [{ relation, values: filter.values }] : [];
    }),
  );
  const valueText = (rules: Rules, text: string): string => {
    const relation = relationOf(schema, rules);
    if (relation) return labels(relation, text) ?? shortId(text);
    return formatValue(rules, valueOf(rules, text));
  };
  return ({ field, operator, values }) => {
    const rules = fields[field] ?? {};
    const texts = values.map((text) => valueText(rules, text)).join(', ');
    return `${pathTitle(field)} ${operatorWords(operator, rules)} ${texts}`;
  };
}
