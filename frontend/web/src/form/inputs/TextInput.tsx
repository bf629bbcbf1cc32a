import { isLongText } from '../../schema/kinds';
import { Field } from '../../ui/Field';
import { type InputProps, useInput } from './useInput';

export function TextInput(props: InputProps<string>) {
  const { path, rules, raw } = props;
  const { field, set } = useInput(props);
  return (
    <Field {...field}>
      {(control) =>
        isLongText(rules) || raw.includes('\n') ? (
          <textarea {...control} className="input" rows={3} value={raw} onChange={(event) => set(path, event.target.value)} />
        ) : (
          <input
            {...control}
            className={rules.type === 'objectid' ? 'input input-mono' : 'input'}
            value={raw}
            autoComplete="off"
            onChange={(event) => set(path, event.target.value)}
          />
        )
      }
    </Field>
  );
}
