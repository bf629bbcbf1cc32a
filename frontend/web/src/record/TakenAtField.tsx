import { useEffect, useState } from 'react';
import { fromLocalInput, toLocalInput } from '../schema/dates';
import { Button } from '../ui/Button';
import { Field } from '../ui/Field';

interface TakenAtFieldProps {
  /** null: now. */
  value: string | null;
  errors: readonly string[] | undefined;
  onChange: (value: string | null) => void;
}

const TICK_MS = 5_000;

function useNow(isTicking: boolean): Date {
  const [now, setNow] = useState(() => new Date());
  useEffect(() => {
    if (!isTicking) return undefined;
    const timer = setInterval(() => setNow(new Date()), TICK_MS);
    return () => clearInterval(timer);
  }, [isTicking]);
  return now;
}

/** To the minute: nobody types seconds. */
const minute = (date: Date): string => toLocalInput(new Date(Math.floor(date.getTime() / 60_000) * 60_000).toISOString());

export function TakenAtField({ value, errors, onChange }: TakenAtFieldProps) {
  const [typed, setTyped] = useState<string>(); // while it has the focus: half a date is no value
  const now = useNow(value === null && typed === undefined);
  const shown = typed ?? minute(value === null ? now : new Date(value));
  return (
    <div className="record-pair">
      <Field label="Taken at" errors={errors} hint={value === null ? 'Now, until you change it.' : undefined}>
        {(control) => (
          <input
            {...control}
            type="datetime-local"
            className="input"
            value={shown}
            onChange={(event) => {
              setTyped(event.target.value);
              const date = fromLocalInput(event.target.value);
              if (date !== undefined) onChange(date);
            }}
            onBlur={() => {
              if (typed === '') onChange(null);
              setTyped(undefined);
            }}
          />
        )}
      </Field>
      {value !== null && (
        <Button className="record-below-label" onClick={() => onChange(null)}>
          Use now
        </Button>
      )}
    </div>
  );
}
