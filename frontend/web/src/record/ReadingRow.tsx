import type { Rules } from '../schema/types';
import { Icon } from '../ui/Icon';
import { Button } from '../ui/Button';
import { Field } from '../ui/Field';
import type { Problems } from './document';
import { type ReadingField, type ReadingRules, type Row, describeReading, kindsOf, parseRow } from './reading';

interface ReadingRowProps {
  row: Row;
  at: number;
  rules: ReadingRules;
  problems: Problems;
  isOpen: boolean;
  onToggle: (isOpen: boolean) => void;
  onChange: (row: Row) => void;
  onRemove: () => void;
}

/** One line of text; opened, a form of four inputs. */
export function ReadingRow(props: ReadingRowProps) {
  const { row, at, rules, isOpen, onToggle, onRemove } = props;
  const name = `reading ${at + 1}`;
  return (
    <li className={isOpen ? 'record-row record-row-open' : 'record-row'} value={at + 1}>
      {isOpen ? <Inputs {...props} /> : <span>{describeReading(parseRow(row, rules).reading) || 'Empty'}</span>}
      <div className="record-row-buttons">
        <Button variant="quiet" icon={isOpen ? 'check' : 'edit'} onClick={() => onToggle(!isOpen)}>
          <span className={isOpen ? '' : 'visually-hidden'}>
            {isOpen ? 'Done' : 'Edit'} <span className="visually-hidden">{name}</span>
          </span>
        </Button>
        <button type="button" className="icon-button" onClick={onRemove}>
          <Icon name="trash" />
          <span className="visually-hidden">{`Remove ${name}`}</span>
        </button>
      </div>
    </li>
  );
}

function Inputs({ row, at, rules, problems, onChange }: ReadingRowProps) {
  const { kind, id, rssi, frequency } = rules.fields;
  const shared = (name: ReadingField, label: string, rule: Rules) => ({
    label,
    rules: rule,
    value: row[name],
    errors: problems[`readings.${at}.${name}`],
    onChange: (text: string) => onChange({ ...row, [name]: text }),
  });
  return (
    <div role="group" aria-label={`Reading ${at + 1}`} className="record-inputs">
      {kind && <Choice {...shared('kind', 'Kind', kind)} choices={kindsOf(rules)} />}
      {id && <Text {...shared('id', 'Id', id)} />}
      {rssi && <Text {...shared('rssi', 'RSSI (dBm)', rssi)} inputMode="numeric" />}
      {frequency && <Text {...shared('frequency', 'Frequency (MHz)', frequency)} inputMode="numeric" />}
    </div>
  );
}

interface InputProps {
  label: string;
  rules: Rules;
  value: string;
  errors: readonly string[] | undefined;
  onChange: (text: string) => void;
}

function Text({ label, rules, value, errors, onChange, inputMode }: InputProps & { inputMode?: 'numeric' }) {
  return (
    <Field label={label} errors={errors} isRequired={rules.required}>
      {(control) => (
        <input
          {...control}
          className="input"
          inputMode={inputMode}
          autoCapitalize="none"
          autoComplete="off"
          spellCheck={false}
          value={value}
          onChange={(event) => onChange(event.target.value)}
        />
      )}
    </Field>
  );
}

function Choice({ choices, ...props }: InputProps & { choices: string[] }) {
  if (choices.length === 0) return <Text {...props} />;
  const { label, rules, value, errors, onChange } = props;
  return (
    <Field label={label} errors={errors} isRequired={rules.required}>
      {(control) => (
        <select {...control} className="input" value={value} onChange={(event) => onChange(event.target.value)}>
          {!choices.includes(value) && <option value={value}>{value || 'Choose'}</option>}
          {choices.map((choice) => (
            <option key={choice}>{choice}</option>
          ))}
        </select>
      )}
    </Field>
  );
}
