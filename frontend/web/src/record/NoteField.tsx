import type { Rules } from '../schema/types';
import { Field } from '../ui/Field';

interface NoteFieldProps {
  value: string;
  rules: Rules;
  errors: readonly string[] | undefined;
  onChange: (text: string) => void;
}

export function NoteField({ value, rules, errors, onChange }: NoteFieldProps) {
  return (
    <Field label="Note" errors={errors} isRequired={rules.required}>
      {(control) => (
        <textarea {...control} className="input" rows={3} value={value} onChange={(event) => onChange(event.target.value)} />
      )}
    </Field>
  );
}
