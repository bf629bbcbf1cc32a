import { describe, expect, test } from 'vitest';
import { readPaste } from '../../src/record/paste/paste';
import { readingRules } from '../../src/record/reading';
import { fingerprints } from './fixture';

const rules = readingRules(fingerprints);
const read = (text: string, hasAlready = 0) => readPaste(text, rules, hasAlready);
const A = { kind: 'wifi', id: 'aa:bb:cc:dd:ee:ff', rssi: -67, frequency: 2412 };
const B = { kind: 'wifi', id: '00:11:22:33:44:55', rssi: -80, frequency: 5180 };
const { frequency: _, ...bareA } = A;

describe('one reading a line', () => {
  test.each([
    ['spaces', 'wifi aa:bb:cc:dd:ee:ff -67 2412'],
    ['tabs', 'wifi\taa:bb:cc:dd:ee:ff\t-67\t2412'],
    ['commas', 'wifi, aa:bb:cc:dd:ee:ff, -67, 2412'],
    ['semicolons', 'wifi;aa:bb:cc:dd:ee:ff;-67;2412'],
    ['no kind', 'aa:bb:cc:dd:ee:ff -67 2412'],
    ['capitals', 'WiFi AA:BB:CC:DD:EE:FF -67 2412'],
    ['units', 'aa:bb:cc:dd:ee:ff -67 dBm 2412 MHz'],
    ['units without a space, GHz', 'aa:bb:cc:dd:ee:ff -67dBm 2.412 GHz'],
    ['a typographic minus', 'aa:bb:cc:dd:ee:ff \u221267 2412'],
    ['decimals', 'aa:bb:cc:dd:ee:ff -67.00 2412.0'],
    ['frequency first', 'aa:bb:cc:dd:ee:ff 2412 -67'],
    ['a heading', 'kind,id,rssi,frequency\nwifi,aa:bb:cc:dd:ee:ff,-67,2412'],
    ['a heading in another order', 'Freq;RSSI;Type;BSSID\n2412;-67;wifi;aa:bb:cc:dd:ee:ff'],
    ['columns of others, quoted', 'ssid,bssid,signal,freq\n"Cafe, upstairs",aa:bb:cc:dd:ee:ff,-67,2412'],
    ['wpa_cli', 'bssid / frequency / signal level / flags / ssid\naa:bb:cc:dd:ee:ff\t2412\t-67\t[WPA2-PSK]\tCafe'],
    ['comments, blank lines, CR LF', '# floor 2\r\n\r\naa:bb:cc:dd:ee:ff -67 2412\r\n'],
  ])('%s', (_name, text) => {
    expect(read(text)).toEqual({ readings: [A], bad: [], isPercent: false, rest: '' });
  });

  test('a frequency may be missing', () => {
    expect(read('aa:bb:cc:dd:ee:ff -67').readings).toEqual([bareA]);
    expect(read('kind,id,rssi,frequency\nwifi,aa:bb:cc:dd:ee:ff,-67,').readings).toEqual([bareA]);
  });

  test('other kinds are named', () => {
    expect(read('cell 262-01-1234-5678 -95 1800\nbluetooth aa:bb:cc:dd:ee:ff -70').readings).toEqual([
      { kind: 'cell', id: '262-01-1234-5678', rssi: -95, frequency: 1800 },
      { kind: 'bluetooth', id: 'aa:bb:cc:dd:ee:ff', rssi: -70 },
    ]);
  });
});

describe('what programs print', () => {
  test('iw dev wlan0 scan', () => {
    const text = `BSS aa:bb:cc:dd:ee:ff(on wlan0) -- associated
	last seen: 1234 ms ago
	freq: 2412.0
	beacon interval: 100 TUs
	signal: -67.00 dBm
	SSID: Cafe
BSS 00:11:22:33:44:55(on wlan0)
	freq: 5180
	signal: -80.00 dBm
	SSID: signal: 5`;
    expect(read(text)).toEqual({ readings: [A, B], bad: [], isPercent: false, rest: '' });
  });

  test('iwlist scan', () => {
    const text = `wlan0  Scan completed :
          Cell 01 - Address: AA:BB:CC:DD:EE:FF
                    Frequency:2.412 GHz (Channel 1)
                    Quality=43/70  Signal level=-67 dBm
          Cell 02 - Address: 00:11:22:33:44:55
                    Frequency:5.18 GHz
                    Quality=30/70  Signal level=-80 dBm`;
    expect(read(text).readings).toEqual([A, B]);
  });

  test('nmcli -f BSSID,SIGNAL,FREQ: per cent become dBm', () => {
    const text = `BSSID              SIGNAL  FREQ     
AA:BB:CC:DD:EE:FF  55      2412 MHz 
00:11:22:33:44:55  100     5180 MHz `;
    expect(read(text)).toEqual({ readings: [A, { ...B, rssi: -40 }], bad: [], isPercent: true, rest: '' });
  });

  test('nmcli device wifi list, with names that hold spaces', () => {
    const text = `IN-USE  BSSID              SSID       MODE   CHAN  RATE        SIGNAL  BARS  SECURITY 
*       AA:BB:CC:DD:EE:FF  Cafe -9 a  Infra  1     130 Mbit/s  55      ▂▄▆_  WPA2     `;
    expect(read(text).readings).toEqual([bareA]);
  });

  test('nmcli device wifi list, where wide letters shift the columns: no part of a number is taken for it', () => {
    const text = `BSSID              SSID   SIGNAL  BARS
AA:BB:CC:DD:EE:FF  駅wifi 55      ▂▄▆_`;
    const { readings, bad } = read(text);
    expect(readings).toEqual([]);
    expect(bad).toMatchObject([{ line: 2, reason: 'does not stand below its headings' }]);
  });

  test('nmcli -t', () => {
    expect(read('AA\\:BB\\:CC\\:DD\\:EE\\:FF:55:2412 MHz').readings).toEqual([A]);
  });

  test.each([
    ['a list', JSON.stringify([A, B])],
    ['a fingerprint', JSON.stringify({ note: 'x', readings: [A, B] })],
    [
      'a phone program',
      JSON.stringify([A, B].map(({ id, rssi, frequency }) => ({ bssid: id, rssi, frequency_mhz: frequency, ssid: 'x' }))),
    ],
  ])('JSON: %s', (_name, text) => {
    expect(read(text)).toEqual({ readings: [A, B], bad: [], isPercent: false, rest: '' });
  });
});

describe('bad lines are named with the reason, good ones are kept', () => {
  test.each([
    ['aa:bb:cc:dd:ee:ff', 'rssi is missing'],
    ['aa:bb:cc:dd:ee:ff loud', 'rssi "loud" is not a number'],
    ['aa:bb:cc:dd:ee:ff -121', 'rssi -121 is below -120'],
    ['wifi aa:bb:cc:dd:ee:ff -67 200000', 'frequency 200000 is above 100000'],
    ['12345 -67', 'kind is missing'],
    [`wifi ${'x'.repeat(65)} -67`, 'id is 65 characters long; at most 64 are allowed'],
    ['wifi aa:bb:cc:dd:ee:ff -67 2412 7', 'has more than kind, id, rssi and frequency: 7'],
    ['kind,id,rssi\nradar,x,-5', 'kind "radar" is not one of wifi, cell, bluetooth'],
    ['[{"id":"x","kind":"cell"}, 5]', 'rssi is missing'],
    ['[{"id":', 'is not JSON'],
    ['BSS aa:bb:cc:dd:ee:ff(on wlan0)\n\tfreq: 2412', 'rssi is missing'],
  ])('%s', (text, reason) => {
    const { bad, readings } = read(text);
    expect(bad[0]?.reason).toContain(reason);
    expect(readings).toEqual([]);
  });

  test('by their number', () => {
    const { readings, bad } = read('aa:bb:cc:dd:ee:ff -67 2412\n\nrubbish\n00:11:22:33:44:55 -80 5180');
    expect(readings).toEqual([A, B]);
    expect(bad).toEqual([{ line: 3, source: 'rubbish', reason: 'kind is missing; rssi is missing' }]);
  });

  test('those beyond what a fingerprint holds', () => {
    const { readings, bad } = read('aa:bb:cc:dd:ee:ff -67\n00:11:22:33:44:55 -80', 499);
    expect(readings).toHaveLength(1);
    expect(bad).toEqual([
      {
        line: 2,
        source: '00:11:22:33:44:55 -80',
        reason: 'is one too many: a fingerprint holds at most 500 readings',
      },
    ]);
  });
});

test('limits are the schema’s', () => {
  const narrow = { list: { maxlength: 1 }, fields: { id: {}, rssi: { type: 'integer', min: -50, max: 0 } } } as const;
  expect(readPaste('aa:bb:cc:dd:ee:ff -67', narrow).bad[0]?.reason).toBe('rssi -67 is below -50');
  expect(readPaste('x -40', narrow).readings).toEqual([{ id: 'x', rssi: -40 }]);
});

test.each([
  ['lines', 'rubbish\naa:bb:cc:dd:ee:ff -67', 'rubbish'],
  ['their heading', 'id,rssi\nx,5\naa:bb:cc:dd:ee:ff,-67', 'id,rssi\nx,5'],
  ['JSON', `[${JSON.stringify(A)}, {"id":"x"}, 5]`, '[{"id":"x"},\n5]'],
  ['columns', 'BSSID              SIGNAL\nAA:BB:CC:DD:EE:FF  55\n                   60', 'BSSID              SIGNAL\n                   60'],
])('what was not understood stays, to be corrected: %s', (_name, text, rest) => {
  const paste = read(text);
  expect(paste.rest).toBe(rest);
  expect(read(rest)).toMatchObject({ readings: [], rest });
});

test('nothing is nothing', () => expect(read(' \n')).toEqual({ readings: [], bad: [], isPercent: false, rest: '' }));
