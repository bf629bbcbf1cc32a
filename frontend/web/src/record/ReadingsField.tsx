import { useId, useRef, useState } from 'react';
import { count } from '../schema/words';
import { Button } from '../ui/Button';
import { FieldErrors, Required } from '../ui/Field';
import { PasteBox } from './PasteBox';
import { ReadingRow } from './ReadingRow';
import { RemoveAll } from './RemoveAll';
import type { Problems } from './document';
import { nextKey } from './draft';
import { type ReadingRules, type Row, kindsOf, rowOf } from './reading';

interface ReadingsFieldProps {
  rows: Row[];
  paste: string;
  rules: ReadingRules;
  problems: Problems;
  onChange: (changes: { rows?: Row[]; paste?: string }) => void;
}

const SHOWN = 5;

const hasProblem = (problems: Problems, at: number) =>
  Object.keys(problems).some((path) => path.startsWith(`readings.${at}.`));

export function ReadingsField({ rows, paste, rules, problems, onChange }: ReadingsFieldProps) {
  const [open, setOpen] = useState<ReadonlySet<number>>(new Set());
  const [isLong, setIsLong] = useState(false);
  const addButton = useRef<HTMLButtonElement>(null);
  const titleId = useId();
  const isOpen = (row: Row, at: number) => open.has(row.key) || hasProblem(problems, at);
  const shown = rows.map((row, at) => ({ row, at })).filter(({ row, at }) => isLong || at < SHOWN || isOpen(row, at));
  const toggle = (key: number, on: boolean) => {
    const next = new Set(open);
    if (on) next.add(key);
    else next.delete(key);
    setOpen(next);
  };
  const addOne = () => {
    const row = rowOf({ kind: rows.at(-1)?.kind || kindsOf(rules)[0] }, nextKey(rows));
    onChange({ rows: [...rows, row] });
    toggle(row.key, true);
  };
  return (
    <div role="group" aria-labelledby={titleId} className="record-group">
      <h2 id={titleId} className="record-label">
        Readings <Required />
      </h2>
      <PasteBox
        text={paste}
        rules={rules}
        n={rows.length}
        onChange={(text) => onChange({ paste: text })}
        onAdd={(readings, rest) => {
          const from = nextKey(rows);
          onChange({ rows: [...rows, ...readings.map((reading, i) => rowOf(reading, from + i))], paste: rest });
        }}
      />
      {rows.length > 0 && <p className="record-strong">{howMany(rows.length, rules.list.maxlength)}</p>}
      <ol className="record-rows">
        {shown.map(({ row, at }) => (
          <ReadingRow
            key={row.key}
            row={row}
            at={at}
            rules={rules}
            problems={problems}
            isOpen={isOpen(row, at)}
            onToggle={(on) => toggle(row.key, on)}
            onChange={(next) => onChange({ rows: rows.map((one) => (one.key === row.key ? next : one)) })}
            onRemove={() => {
              onChange({ rows: rows.filter((one) => one.key !== row.key) });
              addButton.current?.focus({ preventScroll: true }); // the button that had it is gone
            }}
          />
        ))}
      </ol>
      {(rows.length > shown.length || isLong) && (
        <Button variant="quiet" onClick={() => setIsLong(!isLong)}>
          {isLong ? 'Show fewer' : `Show all ${rows.length} readings`}
        </Button>
      )}
      <FieldErrors id={`${titleId}-errors`} errors={problems['readings'] ?? []} />
      <div className="row">
        <Button ref={addButton} icon="add" className="record-grow" onClick={addOne}>
          Add a reading
        </Button>
        {rows.length > 1 && <RemoveAll n={rows.length} onRemove={() => onChange({ rows: [] })} />}
      </div>
    </div>
  );
}

const howMany = (n: number, most: number | undefined): string =>
  most === undefined ? count(n, 'reading') : `${count(n, 'reading')} of at most ${most}`;
