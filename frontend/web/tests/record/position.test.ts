import { describe, expect, test } from 'vitest';
import { accuracyText, askPosition, degrees, splitPair } from '../../src/record/position';

type Ask = Geolocation['getCurrentPosition'];
const phone = (getCurrentPosition: Ask) => ({ isSecureContext: true, geolocation: { getCurrentPosition } });
const failing = (code: number) => phone((_found, failed) => failed?.({ code } as GeolocationPositionError));

describe('asking the phone where it is', () => {
  test('finds it, with high accuracy and a deadline', async () => {
    let asked: PositionOptions | undefined;
    const coords = { latitude: 52.5, longitude: 13.4, accuracy: 12.3 } as GeolocationCoordinates;
    const state = await askPosition(
      phone((found, _failed, options) => {
        asked = options;
        found({ coords } as GeolocationPosition);
      }),
    );
    expect(state).toEqual({ step: 'found', latitude: 52.5, longitude: 13.4, accuracy: 12.3 });
    expect(asked).toEqual({ enableHighAccuracy: true, timeout: 20_000, maximumAge: 0 });
  });

  test.each([
    [1, 'denied'],
    [2, 'unavailable'],
    [3, 'timeout'],
    [9, 'unavailable'],
  ])('code %i is %s', async (code, step) => expect(await askPosition(failing(code))).toEqual({ step }));

  test('over plain http nobody is asked', async () => {
    expect(await askPosition({ ...failing(1), isSecureContext: false })).toEqual({ step: 'insecure' });
  });

  test('a browser may know of no positions', async () => {
    expect(await askPosition({ isSecureContext: true, geolocation: undefined })).toEqual({ step: 'unsupported' });
  });
});

test.each([
  [0.2, '± 1 m'],
  [12.4, '± 12 m'],
  [1432, '± 1.4 km'],
])('%d metres are %s', (metres, text) => expect(accuracyText(metres)).toBe(text));

test.each([
  ['52.52, 13.405', { latitude: '52.52', longitude: '13.405' }],
  ['-33.9 151.2', { latitude: '-33.9', longitude: '151.2' }],
  ['52,52', undefined],
  ['52.5', undefined],
])('a pair is split: %s', (text, pair) => expect(splitPair(text)).toEqual(pair));

test('degrees are written to ten centimetres', () => expect(degrees(52.123456789)).toBe('52.123457'));
