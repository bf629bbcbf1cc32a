import { memo } from 'react';
import { kindOf } from '../schema/kinds';
import { relationOf } from '../schema/references';
import type { Rules } from '../schema/types';
import { useFormState } from './FormContext';
import { BooleanInput } from './inputs/BooleanInput';
import { ChoiceInput } from './inputs/ChoiceInput';
import { DateInput } from './inputs/DateInput';
import { DictInput } from './inputs/DictInput';
import { JsonInput } from './inputs/JsonInput';
import { ListInput } from './inputs/ListInput';
import { NumberInput } from './inputs/NumberInput';
import { PointInput } from './inputs/PointInput';
import { ReferenceInput } from './inputs/ReferenceInput';
import { TextInput } from './inputs/TextInput';
import type { Raw, RawDict, RawList, RawPoint } from './raw';

export interface FieldInputProps {
  /** "readings.0.rssi" */
  path: string;
  label: string;
  rules: Rules;
  raw: Raw;
}

/** The control that fits the rules. Inside sub-documents and lists it draws itself again. */
export const FieldInput = memo(function FieldInput({ path, label, rules, raw }: FieldInputProps) {
  const { schema } = useFormState();
  const relation = relationOf(schema, rules);
  const common = { path, label, rules };
  switch (kindOf(rules)) {
    case 'dict':
      return <DictInput {...common} raw={(raw || {}) as RawDict} Input={FieldInput} />;
    case 'list':
      return <ListInput {...common} raw={(raw || []) as RawList} Input={FieldInput} />;
    case 'point':
      return <PointInput {...common} raw={raw as RawPoint} />;
    case 'choice':
      return <ChoiceInput {...common} raw={String(raw)} />;
    case 'boolean':
      return <BooleanInput {...common} raw={String(raw)} />;
    case 'integer':
    case 'number':
      return <NumberInput {...common} raw={String(raw)} />;
    case 'datetime':
      return <DateInput {...common} raw={String(raw)} />;
    case 'json':
      return <JsonInput {...common} raw={String(raw)} />;
    case 'reference':
      if (relation) return <ReferenceInput {...common} raw={String(raw)} relation={relation} />;
      return <TextInput {...common} raw={String(raw)} />;
    default:
      return <TextInput {...common} raw={String(raw)} />;
  }
});
