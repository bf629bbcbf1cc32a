import { useMemo, useState } from 'react';
import type { Doc } from '../api/documents';
import { LabelsProvider } from '../item/LabelsContext';
import { Value } from '../item/Value';
import { wantedOf } from '../item/wanted';
import { instant, localDate } from '../schema/dates';
import type { ApiSchema, Resource } from '../schema/types';
import { pathTitle } from '../schema/words';
import { Button } from '../ui/Button';
import { Notice } from '../ui/Notice';
import { type ConflictRow, type Side, conflictRows, mergedRaw, minePicks } from './conflict';
import type { RawDict } from './raw';

interface ConflictProps {
  resource: Resource;
  schema: ApiSchema;
  base: Doc;
  raw: RawDict;
  theirs: Doc;
  isBusy: boolean;
  onTheirs: () => void;
  /** Save these texts over the newer version. */
  onMerged: (raw: RawDict) => void;
}

/** Two people changed one document: both versions beside each other, and a choice for each field. */
export function Conflict({ resource, schema, base, raw, theirs, isBusy, onTheirs, onMerged }: ConflictProps) {
  const fields = resource.schema;
  const rows = useMemo(() => conflictRows(fields, base, raw, theirs), [fields, base, raw, theirs]);
  const [picks, setPicks] = useState<Record<string, Side>>(() => minePicks(rows));
  const wanted = useMemo(() => {
    const mine = Object.fromEntries(rows.map((row) => [row.field, row.mine]));
    return [...wantedOf(schema, fields, mine), ...wantedOf(schema, fields, theirs)];
  }, [schema, fields, rows, theirs]);
  const when = instant(theirs._updated);
  const save = (chosen: Readonly<Record<string, Side>>) => onMerged(mergedRaw(fields, raw, theirs, chosen));
  return (
    <section className="conflict card" aria-labelledby="conflict-title">
      <Notice kind="warning" title="Somebody changed this document while you were editing">
        <p>
          {`Nothing of yours was saved yet, and nothing is lost.${when ? ` The newer version is of ${localDate(when)}.` : ''}`}
        </p>
      </Notice>
      <h2 id="conflict-title">What differs</h2>
      <LabelsProvider wanted={wanted}>
        {rows.map((row) => (
          <Row
            key={row.field}
            row={row}
            schema={schema}
            pick={picks[row.field] ?? 'theirs'}
            onPick={(side) => setPicks({ ...picks, [row.field]: side })}
          />
        ))}
      </LabelsProvider>
      {rows.length === 0 && <p>Both versions say the same: there is nothing left to decide.</p>}
      <div className="row">
        <Button variant="primary" isBusy={isBusy} onClick={() => save(picks)}>
          Save as picked
        </Button>
        <Button isBusy={isBusy} onClick={() => save(minePicks(rows))}>
          Keep mine
        </Button>
        <Button isBusy={isBusy} onClick={onTheirs}>
          Take theirs
        </Button>
      </div>
    </section>
  );
}

interface RowProps {
  row: ConflictRow;
  schema: ApiSchema;
  pick: Side;
  onPick: (side: Side) => void;
}

function Row({ row, schema, pick, onPick }: RowProps) {
  const { field, rules, isMineChanged, isTheirsChanged } = row;
  const title = pathTitle(field);
  const side = (name: Side, label: string, value: unknown) => (
    <div className="conflict-side">
      <label className="choice">
        <input type="radio" name={`conflict-${field}`} checked={pick === name} onChange={() => onPick(name)} />
        {label}
      </label>
      <Value schema={schema} rules={rules} value={value} />
    </div>
  );
  return (
    <fieldset className="group">
      <legend>{title}</legend>
      {isMineChanged ? (
        <div className="conflict-sides">
          {side('mine', 'Mine', row.mine)}
          {side('theirs', isTheirsChanged ? 'Theirs' : 'Theirs (as it was)', row.theirs)}
        </div>
      ) : (
        <div className="conflict-side">
          <p className="muted">Only they changed it. It stays theirs.</p>
          <Value schema={schema} rules={rules} value={row.theirs} />
        </div>
      )}
    </fieldset>
  );
}
