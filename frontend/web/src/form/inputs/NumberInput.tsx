import { Field } from '../../ui/Field';
import { type InputProps, useInput } from './useInput';

/** Text, not type="number": a browser drops what it cannot read, and its wheel changes values by mistake. */
export function NumberInput(props: InputProps<string>) {
  const { path, rules, raw } = props;
  const { field, set } = useInput(props);
  // The number pads of some phones have no minus.
  const isNeverNegative = typeof rules.min === 'number' && rules.min >= 0;
  const pad = rules.type === 'integer' ? 'numeric' : 'decimal';
  return (
    <Field {...field}>
      {(control) => (
        <input
          {...control}
          className="input"
          inputMode={isNeverNegative ? pad : undefined}
          autoComplete="off"
          value={raw}
          onChange={(event) => set(path, event.target.value)}
        />
      )}
    </Field>
  );
}
