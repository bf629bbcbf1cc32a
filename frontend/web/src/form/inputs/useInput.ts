import type { Rules } from '../../schema/types';
import { hintOf } from '../checks';
import { useFormState } from '../FormContext';
import { controlId } from '../errors';

export interface InputProps<R> {
  path: string;
  label: string;
  rules: Rules;
  raw: R;
}

const NONE: readonly string[] = [];

/** What all inputs need of the form: how to change the text at @path, and the props of its <Field>. */
export function useInput({ path, label, rules }: InputProps<unknown>) {
  const { errors, set } = useFormState();
  return {
    set,
    errors: errors[path] ?? NONE,
    field: {
      id: controlId(path),
      label,
      hint: hintOf(rules),
      errors: errors[path] ?? NONE,
      isRequired: rules.required && rules.default === undefined,
    },
  };
}
