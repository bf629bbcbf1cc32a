import type { Relation } from '../../schema/references';
import { Field } from '../../ui/Field';
import { ReferencePicker } from '../ReferencePicker';
import { type InputProps, useInput } from './useInput';

export function ReferenceInput({ relation, ...props }: InputProps<string> & { relation: Relation }) {
  const { path, raw } = props;
  const { field, set } = useInput(props);
  return (
    <Field {...field}>
      {(control) => (
        <ReferencePicker
          {...control}
          relation={relation}
          value={raw === '' ? undefined : raw}
          onChange={(value) => set(path, value ?? '')}
        />
      )}
    </Field>
  );
}
