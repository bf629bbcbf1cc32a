import { type ComponentType, useRef } from 'react';
import { fieldsOf, itemRulesOf } from '../../schema/kinds';
import type { Rules } from '../../schema/types';
import { count } from '../../schema/words';
import { Button } from '../../ui/Button';
import { Icon, type IconName } from '../../ui/Icon';
import type { FieldInputProps } from '../FieldInput';
import { Group } from '../Group';
import { controlId } from '../errors';
import { type RawDict, type RawItem, type RawList, emptyItem } from '../raw';
import { Members } from './DictInput';
import { type InputProps, useInput } from './useInput';

type ListInputProps = InputProps<RawList> & { Input: ComponentType<FieldInputProps> };

/** A list: items are added at the end, taken out and moved; each is a field or a small form of its own. */
export function ListInput({ Input, ...props }: ListInputProps) {
  const { path, label, rules, raw } = props;
  const { field, errors, set } = useInput(props);
  const itemRules = itemRulesOf(rules) ?? {};
  const addButton = useRef<HTMLButtonElement>(null);

  const add = () => {
    set(path, [...raw, emptyItem(itemRules)]);
    // The new item is drawn in this turn; its first control is where one goes on.
    setTimeout(() => firstControl(`${path}.${raw.length}`)?.focus());
  };
  const remove = (at: number) => {
    set(path, raw.filter((_, other) => other !== at));
    setTimeout(() => addButton.current?.focus());
  };
  const move = (at: number, by: -1 | 1) => {
    const [item, other] = [raw[at], raw[at + by]];
    if (item && other) set(path, raw.with(at, other).with(at + by, item));
  };
  return (
    <Group id={field.id} label={label} errors={errors} isRequired={field.isRequired} className="group-list" hint={lengthHint(rules)}>
      <ol className="items">
        {raw.map((item, at) => (
          <li key={item.key} id={`${controlId(`${path}.${at}`)}-item`} className="item">
            <div className="item-body">
              <Item path={`${path}.${at}`} label={`${label} ${at + 1}`} rules={itemRules} item={item} Input={Input} />
            </div>
            <div className="item-actions">
              <ItemButton icon="up" text={`Move ${label} ${at + 1} up`} disabled={at === 0} onClick={() => move(at, -1)} />
              <ItemButton icon="down" text={`Move ${label} ${at + 1} down`} disabled={at === raw.length - 1} onClick={() => move(at, 1)} />
              <ItemButton icon="trash" text={`Remove ${label} ${at + 1}`} onClick={() => remove(at)} />
            </div>
          </li>
        ))}
      </ol>
      <div className="row">
        <Button ref={addButton} icon="add" disabled={raw.length >= (rules.maxlength ?? Infinity)} onClick={add}>
          Add<span className="visually-hidden">{` to ${label}`}</span>
        </Button>
        <span className="muted small">{count(raw.length, 'item')}</span>
      </div>
    </Group>
  );
}

const firstControl = (path: string) =>
  document.getElementById(`${controlId(path)}-item`)?.querySelector<HTMLElement>('input, select, textarea, button');

function lengthHint({ minlength, maxlength }: Rules): string | undefined {
  if (minlength && maxlength) return `${minlength} to ${count(maxlength, 'item')}`;
  if (minlength) return `At least ${count(minlength, 'item')}`;
  return maxlength ? `At most ${count(maxlength, 'item')}` : undefined;
}

interface ItemProps extends Omit<FieldInputProps, 'raw'> {
  item: RawItem;
  Input: ComponentType<FieldInputProps>;
}

function Item({ path, label, rules, item, Input }: ItemProps) {
  const fields = fieldsOf(rules);
  if (!fields) return <Input path={path} label={label} rules={rules} raw={item.value} />;
  return (
    <fieldset id={controlId(path)} className="item-fields" tabIndex={-1}>
      <legend>{label}</legend>
      <Members path={path} fields={fields} raw={item.value as RawDict} Input={Input} />
    </fieldset>
  );
}

interface ItemButtonProps {
  icon: IconName;
  text: string;
  disabled?: boolean;
  onClick: () => void;
}

function ItemButton({ icon, text, disabled = false, onClick }: ItemButtonProps) {
  return (
    <button type="button" className="icon-button" title={text} disabled={disabled} onClick={onClick}>
      <Icon name={icon} />
      <span className="visually-hidden">{text}</span>
    </button>
  );
}
