import { useMemo, useRef, useState } from 'react';
import { count } from '../schema/words';
import { Button } from '../ui/Button';
import { Field } from '../ui/Field';
import { type Paste, readPaste } from './paste/paste';
import { type Reading, type ReadingRules, describeReading } from './reading';

interface PasteBoxProps {
  text: string;
  rules: ReadingRules;
  /** Readings that there are already. */
  n: number;
  onChange: (text: string) => void;
  onAdd: (readings: Reading[], rest: string) => void;
}

const HINT = 'One reading a line, like “wifi aa:bb:cc:dd:ee:ff -67 2412”; CSV, JSON, or what iw, nmcli and the like print.';

export function PasteBox({ text, rules, n, onChange, onAdd }: PasteBoxProps) {
  const paste = useMemo(() => readPaste(text, rules, n), [text, rules, n]);
  const [told, setTold] = useState('');
  const box = useRef<HTMLTextAreaElement>(null);
  const add = () => {
    if (paste.readings.length > 0) onAdd(paste.readings, paste.rest);
    else box.current?.focus();
    setTold(addedText(text, paste));
  };
  return (
    <div className="stack record-tight">
      <Field label="Paste readings" hint={HINT}>
        {(control) => (
          <textarea
            {...control}
            ref={box}
            className="input input-mono"
            rows={4}
            autoCapitalize="none"
            autoComplete="off"
            spellCheck={false}
            value={text}
            onChange={(event) => {
              onChange(event.target.value);
              setTold('');
            }}
          />
        )}
      </Field>
      {text.trim() !== '' && <Preview paste={paste} />}
      <Button icon="add" className="record-wide" onClick={add}>
        Add pasted readings
      </Button>
      <p role="status" className={told === '' ? 'visually-hidden' : 'small'}>
        {told}
      </p>
    </div>
  );
}

function addedText(text: string, { readings, bad }: Paste): string {
  if (text.trim() === '') return 'There is nothing in the box yet.';
  if (readings.length === 0) return 'No line of it is a reading.';
  const rest = bad.length > 0 ? ` ${count(bad.length, 'line')} stayed in the box, to be corrected.` : '';
  return `${count(readings.length, 'reading')} added.${rest}`;
}

const SHOWN = 3;
const SHOWN_BAD = 10;

function Preview({ paste: { readings, bad, isPercent } }: { paste: Paste }) {
  return (
    <div className="record-preview">
      <p className="record-strong">
        {`${count(readings.length, 'reading')} found${bad.length > 0 ? `, ${count(bad.length, 'line')} not understood` : ''}`}
      </p>
      {isPercent && <p className="small">Signals in per cent were turned into dBm, as NetworkManager counts them.</p>}
      {readings.length > 0 && (
        <ul className="small">
          {readings.slice(0, SHOWN).map((reading, i) => (
            <li key={i}>{describeReading(reading)}</li>
          ))}
          {readings.length > SHOWN && <li>{`and ${readings.length - SHOWN} more`}</li>}
        </ul>
      )}
      {bad.length > 0 && (
        <ul className="small record-bad">
          {bad.slice(0, SHOWN_BAD).map(({ line, source, reason }) => (
            <li key={line}>
              {`Line ${line}: ${reason} `}
              <code>{source.trim().slice(0, 60)}</code>
            </li>
          ))}
          {bad.length > SHOWN_BAD && <li>{`and ${bad.length - SHOWN_BAD} more`}</li>}
        </ul>
      )}
    </div>
  );
}
