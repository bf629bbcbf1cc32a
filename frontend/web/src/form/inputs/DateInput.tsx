import { toLocalInput } from '../../schema/dates';
import { Button } from '../../ui/Button';
import { Field } from '../../ui/Field';
import { type InputProps, useInput } from './useInput';

export function DateInput(props: InputProps<string>) {
  const { path, raw, label } = props;
  const { field, set } = useInput(props);
  const setNow = () => set(path, toLocalInput(new Date().toISOString()).slice(0, 16));
  return (
    <Field {...field}>
      {(control) => (
        <div className="input-row">
          <input
            {...control}
            type="datetime-local"
            className="input"
            value={raw}
            onChange={(event) => set(path, event.target.value)}
          />
          <Button onClick={setNow}>
            Now<span className="visually-hidden">{` for ${label}`}</span>
          </Button>
        </div>
      )}
    </Field>
  );
}
