import { useState } from 'react';
import { Button } from '../../ui/Button';
import { Field } from '../../ui/Field';
import { Group } from '../Group';
import type { RawPoint } from '../raw';
import { type InputProps, useInput } from './useInput';

const PLACES = 6; // a tenth of a metre
const PATIENCE_MS = 15_000;

export function PointInput(props: InputProps<RawPoint>) {
  const { path, raw, label } = props;
  const { field, errors, set } = useInput(props);
  const here = useHere((latitude, longitude) => set(path, { latitude, longitude }));
  const part = (name: keyof RawPoint, title: string) => (
    <Field label={title} id={`${field.id}-${name}`}>
      {(control) => (
        <input
          {...control}
          className="input"
          autoComplete="off"
          aria-invalid={errors.some((error) => error.startsWith(title)) ? true : undefined}
          value={raw[name]}
          onChange={(event) => set(path, { ...raw, [name]: event.target.value })}
        />
      )}
    </Field>
  );
  return (
    <Group id={field.id} label={label} errors={errors} isRequired={field.isRequired}>
      <div className="columns">
        {part('latitude', 'Latitude')}
        {part('longitude', 'Longitude')}
      </div>
      <div className="row">
        <Button icon="location" isBusy={here.isBusy} onClick={here.ask}>
          Use my position
        </Button>
        <span className="muted small" role="status">
          {here.text}
        </span>
      </div>
    </Group>
  );
}

const FAILURES: Readonly<Record<number, string>> = {
  1: 'The browser was not allowed to tell the position.',
  2: 'The position cannot be found out here.',
  3: 'Finding the position took too long. Try again under the open sky.',
};

function useHere(onFound: (latitude: string, longitude: string) => void) {
  const [isBusy, setBusy] = useState(false);
  const [text, setText] = useState('');
  const end = (said: string) => {
    setBusy(false);
    setText(said);
  };
  const ask = () => {
    if (isBusy) return;
    if (!('geolocation' in navigator) || !window.isSecureContext) {
      end('The browser tells the position over HTTPS only.');
      return;
    }
    setBusy(true);
    setText('Looking for the position…');
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        onFound(coords.latitude.toFixed(PLACES), coords.longitude.toFixed(PLACES));
        end(`Found, to about ${Math.ceil(coords.accuracy)} m`);
      },
      (error) => end(FAILURES[error.code] ?? error.message),
      { enableHighAccuracy: true, timeout: PATIENCE_MS },
    );
  };
  return { isBusy, text, ask };
}
