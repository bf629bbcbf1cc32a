import { ReferencePicker } from '../form/ReferencePicker';
import { type Relation, labelOf } from '../schema/references';
import type { ControlProps } from '../ui/Field';
import type { Ref } from './draft';

interface RefPickerProps {
  control: ControlProps;
  relation: Relation;
  value: Ref | null;
  onChange: (chosen: Ref | null) => void;
}

/** A reference that is kept with its name, so that a draft shows it without asking the server. */
export function RefPicker({ control, relation, value, onChange }: RefPickerProps) {
  return (
    <ReferencePicker
      {...control}
      relation={relation}
      value={value?.id}
      label={value?.name}
      onChange={(_, doc) => onChange(doc ? { id: doc._id, name: labelOf(relation.resource, doc) } : null)}
    />
  );
}
