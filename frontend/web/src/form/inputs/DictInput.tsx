import type { ComponentType } from 'react';
import { fieldsOf, kindOf } from '../../schema/kinds';
import type { Fields } from '../../schema/types';
import { pathTitle } from '../../schema/words';
import type { FieldInputProps } from '../FieldInput';
import { Group } from '../Group';
import { type RawDict, toRaw } from '../raw';
import { type InputProps, useInput } from './useInput';

type WithInput<R> = InputProps<R> & { Input: ComponentType<FieldInputProps> };

export function DictInput({ Input, ...props }: WithInput<RawDict>) {
  const { path, label, rules, raw } = props;
  const { field, errors } = useInput(props);
  return (
    <Group id={field.id} label={label} errors={errors} isRequired={field.isRequired}>
      <Members path={path} fields={fieldsOf(rules) ?? {}} raw={raw} Input={Input} />
    </Group>
  );
}

interface MembersProps {
  /** Of the sub-document; '' for the document itself. */
  path: string;
  fields: Fields;
  raw: RawDict;
  Input: ComponentType<FieldInputProps>;
}

/** The fields of a document or sub-document; small ones beside each other where there is room. */
export function Members({ path, fields, raw, Input }: MembersProps) {
  const editable = Object.entries(fields).filter(([, rules]) => !rules.readonly);
  const isSmall = path !== '' && editable.every(([, rules]) => !['dict', 'list', 'json', 'point'].includes(kindOf(rules)));
  return (
    <div className={isSmall ? 'columns' : 'stack'}>
      {editable.map(([name, rules]) => (
        <Input
          key={name}
          path={path === '' ? name : `${path}.${name}`}
          label={pathTitle(name)}
          rules={rules}
          raw={raw[name] ?? toRaw(rules, undefined)}
        />
      ))}
    </div>
  );
}
