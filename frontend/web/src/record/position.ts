/** How far asking the phone for its position has come. */
export type PositionState =
  | { step: 'idle' }
  | { step: 'asking' }
  | { step: 'found'; latitude: number; longitude: number; accuracy: number }
  | { step: 'denied' | 'unavailable' | 'timeout' | 'insecure' | 'unsupported' };

const OPTIONS: PositionOptions = { enableHighAccuracy: true, timeout: 20_000, maximumAge: 0 };

const STEPS = { 1: 'denied', 2: 'unavailable', 3: 'timeout' } as const;

interface Where {
  isSecureContext: boolean;
  geolocation: Pick<Geolocation, 'getCurrentPosition'> | undefined;
}

const here = (): Where => ({ isSecureContext: window.isSecureContext, geolocation: navigator.geolocation });

/** Asks once; the answer says what to do next. Never rejects. */
export function askPosition({ isSecureContext, geolocation }: Where = here()): Promise<PositionState> {
  // Browsers deny without asking here, which would read as if the person had.
  if (!isSecureContext) return Promise.resolve({ step: 'insecure' });
  if (!geolocation) return Promise.resolve({ step: 'unsupported' });
  return new Promise((resolve) => {
    geolocation.getCurrentPosition(
      ({ coords: { latitude, longitude, accuracy } }) => resolve({ step: 'found', latitude, longitude, accuracy }),
      ({ code }) => resolve({ step: STEPS[code as 1 | 2 | 3] ?? 'unavailable' }),
      OPTIONS,
    );
  });
}

/** About ten centimetres: more than any phone knows. */
export const degrees = (value: number): string => String(Number(value.toFixed(6)));

/** "± 12 m", "± 1.4 km" */
export const accuracyText = (metres: number): string =>
  metres < 1000 ? `± ${Math.max(1, Math.round(metres))} m` : `± ${(metres / 1000).toFixed(1)} km`;

/** "52.52, 13.405", as maps copy it, for both inputs at once. */
export function splitPair(text: string): { latitude: string; longitude: string } | undefined {
  const match = /^\s*(-?\d+(?:\.\d+)?)\s*[,;\s]\s*(-?\d+\.\d+)\s*$/.exec(text);
  return match ? { latitude: match[1] ?? '', longitude: match[2] ?? '' } : undefined;
}

const LATITUDE = { type: 'number', min: -90, max: 90 } as const;
const LONGITUDE = { type: 'number', min: -180, max: 180 } as const;
export const POSITION_RULES = { latitude: LATITUDE, longitude: LONGITUDE };
