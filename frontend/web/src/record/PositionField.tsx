import { useId, useState } from 'react';
import { Button } from '../ui/Button';
import { Field } from '../ui/Field';
import type { Draft } from './draft';
import type { Problems } from './document';
import { PositionAdvice } from './PositionAdvice';
import { type PositionState, accuracyText, askPosition, degrees, splitPair } from './position';
import { drafts } from './useDraft';

interface PositionFieldProps {
  draft: Draft;
  problems: Problems;
}

export function PositionField({ draft, problems }: PositionFieldProps) {
  const [state, setState] = useState<PositionState>({ step: 'idle' });
  const titleId = useId();

  async function ask() {
    const { id } = drafts.get().draft;
    setState({ step: 'asking' });
    const found = await askPosition();
    setState(found);
    if (found.step !== 'found' || drafts.get().draft.id !== id) return;
    const { latitude, longitude, accuracy } = found;
    drafts.update({ latitude: degrees(latitude), longitude: degrees(longitude), accuracy });
  }

  return (
    <div role="group" aria-labelledby={titleId} className="record-group">
      <h2 id={titleId} className="record-label">
        Position
      </h2>
      <Button icon="location" className="record-wide" isBusy={state.step === 'asking'} onClick={() => void ask()}>
        Use my position
      </Button>
      <p role="status" className={state.step === 'asking' || draft.accuracy !== null ? 'small' : 'visually-hidden'}>
        {state.step === 'asking' && 'Asking this device where it is. The browser may ask you first.'}
        {state.step !== 'asking' && draft.accuracy !== null && `Position of this device, ${accuracyText(draft.accuracy)}`}
      </p>
      <PositionAdvice step={state.step} />
      <div className="record-halves">
        <Degrees name="latitude" label="Latitude" turn="Change sign: north or south" {...{ draft, problems }} />
        <Degrees name="longitude" label="Longitude" turn="Change sign: east or west" {...{ draft, problems }} />
      </div>
    </div>
  );
}

interface DegreesProps extends PositionFieldProps {
  name: 'latitude' | 'longitude';
  label: string;
  turn: string;
}

function Degrees({ name, label, turn, draft, problems }: DegreesProps) {
  const own = problems[name] ?? [];
  const errors = name === 'latitude' ? [...own, ...(problems['position'] ?? [])] : own;
  const value = draft[name];
  // By hand: no longer where the phone says it is.
  const set = (text: string) => drafts.update({ accuracy: null, ...(splitPair(text) ?? { [name]: text }) });
  const flip = () => set(/^\s*[-\u2212]/.test(value) ? value.replace(/^\s*[-\u2212]/, '') : `-${value.trim()}`);
  return (
    <Field label={label} errors={errors}>
      {(control) => (
        <div className="record-signed">
          <input
            {...control}
            className="input"
            inputMode="decimal"
            autoComplete="off"
            value={value}
            onChange={(event) => set(event.target.value)}
          />
          <button type="button" className="icon-button record-sign" onClick={flip}>
            <span aria-hidden="true">±</span>
            <span className="visually-hidden">{turn}</span>
          </button>
        </div>
      )}
    </Field>
  );
}
