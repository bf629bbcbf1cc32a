import { ReferencePicker } from '../form/ReferencePicker';
import { fromLocalInput, toLocalInput } from '../schema/dates';
import { kindOf } from '../schema/kinds';
import { relationOf } from '../schema/references';
import type { ApiSchema, Rules } from '../schema/types';
import { Field } from '../ui/Field';
import type { Operator } from './filters';

interface FilterValueProps {
  schema: ApiSchema;
  rules: Rules;
  operator: Operator;
  values: readonly string[];
  error?: string;
  onChange: (values: readonly string[]) => void;
}

/** What to compare with: the control that fits the field's type. */
export function FilterValue(props: FilterValueProps) {
  const { rules, operator } = props;
  if (rules.allowed) return operator === 'in' ? <Choices {...props} /> : <Choice {...props} options={rules.allowed.map(String)} />;
  if (rules.type === 'boolean') return <Choice {...props} options={['true', 'false']} words={['Yes', 'No']} />;
  return <Written {...props} />;
}

function Choice({ values, error, onChange, options, words = options }: FilterValueProps & { options: string[]; words?: string[] }) {
  return (
    <Field label="Value" errors={error ? [error] : []}>
      {(control) => (
        <select {...control} className="input" value={values[0] ?? ''} onChange={(event) => onChange([event.target.value])}>
          <option value="">Choose</option>
          {options.map((option, at) => (
            <option key={option} value={option}>
              {words[at]}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}

function Choices({ rules, values, error, onChange }: FilterValueProps) {
  return (
    <fieldset className="group">
      <legend>Values</legend>
      <div className="choices">
        {(rules.allowed ?? []).map(String).map((option) => (
          <label key={option} className="choice">
            <input
              type="checkbox"
              checked={values.includes(option)}
              onChange={(event) =>
                onChange(event.target.checked ? [...values, option] : values.filter((one) => one !== option))
              }
            />
            {option}
          </label>
        ))}
      </div>
      {error && <p className="field-errors">{error}</p>}
    </fieldset>
  );
}

function Written({ schema, rules, operator, values, error, onChange }: FilterValueProps) {
  const relation = relationOf(schema, rules);
  const isSeveral = operator === 'in';
  if (relation && isSeveral) return <SeveralReferences {...{ schema, rules, operator, values, error, onChange }} />;
  return (
    <Field
      label={isSeveral ? 'Values' : 'Value'}
      hint={isSeveral ? 'One a line' : undefined}
      errors={error ? [error] : []}
    >
      {(control) => {
        if (relation) {
          return <ReferencePicker {...control} relation={relation} value={values[0]} onChange={(next) => onChange(next === undefined ? [] : [next])} />;
        }
        if (kindOf(rules) === 'datetime') {
          return (
            <input
              {...control}
              type="datetime-local"
              className="input"
              defaultValue={toLocalInput(values[0])}
              onChange={(event) => onChange([fromLocalInput(event.target.value) ?? ''])}
            />
          );
        }
        return isSeveral ? (
          <textarea {...control} className="input" onChange={(event) => onChange(event.target.value.split('\n'))} />
        ) : (
          <input {...control} className="input" onChange={(event) => onChange([event.target.value])} />
        );
      }}
    </Field>
  );
}

/** Each choice makes room for one more. */
function SeveralReferences({ schema, rules, values, error, onChange }: FilterValueProps) {
  const relation = relationOf(schema, rules);
  if (!relation) return null;
  const set = (at: number, value: string | undefined) =>
    onChange(value === undefined ? values.filter((_, other) => other !== at) : values.with(at, value));
  return (
    <fieldset className="group">
      <legend>Values</legend>
      {values.map((value, at) => (
        <Field key={value} label={`Value ${at + 1}`}>
          {(control) => <ReferencePicker {...control} relation={relation} value={value} onChange={(next) => set(at, next)} />}
        </Field>
      ))}
      <Field key={`next ${values.length}`} label={`Value ${values.length + 1}`} errors={error ? [error] : []}>
        {(control) => (
          <ReferencePicker
            {...control}
            relation={relation}
            value={undefined}
            onChange={(next) => next !== undefined && !values.includes(next) && onChange([...values, next])}
          />
        )}
      </Field>
    </fieldset>
  );
}
