import { Field } from '../../ui/Field';
import { type InputProps, useInput } from './useInput';

/** For what the schema leaves open: the value as JSON. */
export function JsonInput(props: InputProps<string>) {
  const { path, raw, rules } = props;
  const { field, set } = useInput(props);
  const types = Array.isArray(rules.type) ? `, one of: ${rules.type.join(', ')}` : '';
  return (
    <Field {...field} hint={`As JSON${types}. A text stands in "quotes".`}>
      {(control) => (
        <textarea
          {...control}
          className="input input-mono"
          rows={4}
          spellCheck={false}
          value={raw}
          onChange={(event) => set(path, event.target.value)}
        />
      )}
    </Field>
  );
}
