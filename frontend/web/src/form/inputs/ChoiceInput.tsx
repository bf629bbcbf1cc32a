import { Field } from '../../ui/Field';
import { Group } from '../Group';
import { type InputProps, useInput } from './useInput';

interface Option {
  readonly value: string;
  readonly label: string;
}

const FEW = 4;

/** One of the allowed values: radio buttons for a few, else a list to choose from. */
export function ChoiceInput(props: InputProps<string>) {
  const options = (props.rules.allowed ?? []).map((value) => ({ value: String(value), label: String(value) }));
  return <Choice {...props} options={options} isCompact={props.path.includes('.')} />;
}

export function Choice({ options, isCompact = false, ...props }: InputProps<string> & { options: Option[]; isCompact?: boolean }) {
  const { path, raw, label, rules } = props;
  const { field, errors, set } = useInput(props);
  const known = options.some((option) => option.value === raw) || raw === '' ? options : [...options, { value: raw, label: raw }];
  if (!isCompact && known.length <= FEW) {
    return (
      <Group id={field.id} label={label} errors={errors} isRequired={field.isRequired}>
        <div className="choices">
          {(rules.required ? known : [{ value: '', label: 'Not set' }, ...known]).map((option) => (
            <label key={option.value} className="choice">
              <input
                type="radio"
                name={field.id}
                checked={raw === option.value}
                onChange={() => set(path, option.value)}
              />
              {option.label}
            </label>
          ))}
        </div>
      </Group>
    );
  }
  return (
    <Field {...field}>
      {(control) => (
        <select {...control} className="input" value={raw} onChange={(event) => set(path, event.target.value)}>
          <option value="">{rules.required ? 'Choose' : 'Not set'}</option>
          {known.map((option) => (
            <option key={option.value} value={option.value}>
              {option.label}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}
