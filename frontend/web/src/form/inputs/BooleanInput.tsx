import { Choice } from './ChoiceInput';
import type { InputProps } from './useInput';

const OPTIONS = [
  { value: 'true', label: 'Yes' },
  { value: 'false', label: 'No' },
];

/** Not a check box: that has no way to say "not set". */
export function BooleanInput(props: InputProps<string>) {
  return <Choice {...props} options={OPTIONS} isCompact={props.path.includes('.')} />;
}
