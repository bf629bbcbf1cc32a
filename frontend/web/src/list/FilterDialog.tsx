import '../form/form.css';
import { type FormEvent, useId, useState } from 'react';
import type { ApiSchema, Fields } from '../schema/types';
import { pathTitle } from '../schema/words';
import { Button } from '../ui/Button';
import { Dialog } from '../ui/Dialog';
import { Field } from '../ui/Field';
import { FilterValue } from './FilterValue';
import { type Filter, type Operator, operatorWords, operatorsOf, valueOf } from './filters';

interface FilterDialogProps {
  schema: ApiSchema;
  fields: Fields;
  onAdd: (filter: Filter) => void;
  onClose: () => void;
}

export function FilterDialog({ schema, fields, onAdd, onClose }: FilterDialogProps) {
  const formId = useId();
  const paths = Object.keys(fields);
  const [field, setField] = useState(paths[0] ?? '');
  const rules = fields[field] ?? {};
  const [operator, setOperator] = useState<Operator>(operatorsOf(rules)[0] ?? 'is');
  const [values, setValues] = useState<readonly string[]>([]);
  const [error, setError] = useState<string>();

  const choose = (next: string) => {
    setField(next);
    setOperator(operatorsOf(fields[next] ?? {})[0] ?? 'is');
    setValues([]);
    setError(undefined);
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const given = values.filter((value) => value !== '');
    if (given.length === 0) setError('Say what to look for.');
    else if (given.some((value) => valueOf(rules, value) === undefined)) setError('This does not fit the field.');
    else onAdd({ field, operator, values: given });
  };
  return (
    <Dialog
      title="Filter"
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" form={formId} variant="primary">
            Add filter
          </Button>
        </>
      }
    >
      <form id={formId} className="stack" onSubmit={submit} noValidate>
        <Field label="Field">
          {(control) => (
            <select {...control} className="input" value={field} onChange={(event) => choose(event.target.value)}>
              {paths.map((path) => (
                <option key={path} value={path}>
                  {pathTitle(path)}
                </option>
              ))}
            </select>
          )}
        </Field>
        <Field label="Condition">
          {(control) => (
            <select
              {...control}
              className="input"
              value={operator}
              onChange={(event) => {
                setOperator(event.target.value as Operator);
                setValues([]);
              }}
            >
              {operatorsOf(rules).map((one) => (
                <option key={one} value={one}>
                  {operatorWords(one, rules)}
                </option>
              ))}
            </select>
          )}
        </Field>
        <FilterValue
          key={`${field} ${operator}`}
          {...{ schema, rules, operator, values, error }}
          onChange={(next) => {
            setValues(next);
            setError(undefined);
          }}
        />
      </form>
    </Dialog>
  );
}
