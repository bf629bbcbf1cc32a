import type { Rules } from '../schema/types';
import { Field } from '../ui/Field';
import { readNumber } from './limits';

interface FloorFieldProps {
  value: string;
  rules: Rules;
  errors: readonly string[] | undefined;
  onChange: (text: string) => void;
}

/** A number with steps beside it: the number keys of phones often lack the minus that cellars need. */
export function FloorField({ value, rules, errors, onChange }: FloorFieldProps) {
  const step = (by: number) => {
    const now = readNumber(value, { type: 'integer' }).value;
    const next = now === undefined ? 0 : now + by;
    const { min = -Infinity, max = Infinity } = rules;
    onChange(String(Math.min(Math.max(next, Number(min)), Number(max))));
  };
  return (
    <Field label="Floor" errors={errors} isRequired={rules.required}>
      {(control) => (
        <div className="record-stepper">
          <StepButton sign="−" text="One down" onClick={() => step(-1)} />
          <input
            {...control}
            className="input"
            inputMode="numeric"
            autoComplete="off"
            value={value}
            onChange={(event) => onChange(event.target.value)}
          />
          <StepButton sign="+" text="One up" onClick={() => step(1)} />
        </div>
      )}
    </Field>
  );
}

function StepButton({ sign, text, onClick }: { sign: string; text: string; onClick: () => void }) {
  return (
    <button type="button" className="button record-step" onClick={onClick}>
      <span aria-hidden="true">{sign}</span>
      <span className="visually-hidden">{text}</span>
    </button>
  );
}
