import { describe, expect, test } from 'vitest';
import { linePath } from '../../src/status/chart';
import { formatBytes, formatDuration, formatLatency, formatNumber, formatPercentile } from '../../src/status/format';
import { percentile } from '../../src/status/percentile';
import { memoryOf, ratesBetween } from '../../src/status/rates';
import { addAnswer } from '../../src/status/series';
import { answer } from './fixture';

describe('a percentile lies on a straight line through its bucket', () => {
  const bounds = [0.01, 0.02];

  test.each([
    [0.5, [100, 0, 0], 0.005],
    [0.95, [100, 0, 0], 0.0095],
    [0.5, [50, 50, 0], 0.01],
    [0.75, [50, 50, 0], 0.015],
    [0.99, [0, 100, 0], 0.0199],
    [0, [0, 4, 0], 0.01],
    [1, [4, 0, 0], 0.01],
  ])('%d of %j is %d s', (q, counts, seconds) => {
    const found = percentile(bounds, counts, q);
    expect(found?.seconds).toBeCloseTo(seconds, 12);
    expect(found?.isAtLeast).toBe(false);
  });

  test('above the last bound no more is known', () => {
    expect(percentile(bounds, [1, 0, 9], 0.5)).toEqual({ seconds: 0.02, isAtLeast: true });
    expect(formatPercentile({ seconds: 0.02, isAtLeast: true })).toBe('over 20 ms');
  });

  test('of nothing there is none', () => {
    expect(percentile(bounds, [0, 0, 0], 0.5)).toBeUndefined();
    expect(formatPercentile(undefined)).toBe('–');
  });
});

describe('rates are the difference of two answers, by the clock of the pod', () => {
  const earlier = answer({
    totals: {
      requests: 1000,
      status: { none: 0, '1xx': 0, '2xx': 980, '3xx': 0, '4xx': 15, '5xx': 5 },
      latency: [900, 50, 50],
      store_operations: 10,
      store_errors: 1,
    },
  });
  const later = answer({
    uptime_seconds: 104,
    totals: {
      requests: 1200,
      status: { none: 0, '1xx': 0, '2xx': 1158, '3xx': 0, '4xx': 35, '5xx': 7 },
      latency: [1000, 150, 50],
      store_operations: 110,
      store_errors: 4,
    },
  });

  test('exactly', () => {
    const rates = ratesBetween(earlier, later);
    expect(rates).toMatchObject({
      seconds: 4,
      requestsPerSecond: 50,
      clientErrorsPerSecond: 5,
      serverErrorsPerSecond: 0.5,
      clientErrorShare: 0.1,
      serverErrorShare: 0.01,
      storeOperationsPerSecond: 25,
      storeErrors: 3,
    });
    expect(rates?.p50?.seconds).toBeCloseTo(0.01, 12);
    expect(rates?.p95?.seconds).toBeCloseTo(0.019, 12);
    expect(rates?.p99?.seconds).toBeCloseTo(0.0198, 12);
  });

  test('without requests there are no shares and no percentiles', () => {
    const rates = ratesBetween(earlier, { ...earlier, uptime_seconds: 102 });
    expect(rates).toMatchObject({ requestsPerSecond: 0, clientErrorShare: undefined, p95: undefined });
  });

  test.each([
    ['the same answer', earlier],
    ['an earlier one', answer({ uptime_seconds: 99 })],
    ['a new run under the same number', answer({ uptime_seconds: 200 })],
  ])('none from %s', (_name, other) => expect(ratesBetween(earlier, other)).toBeUndefined());
});

test('memory is that of all workers', () => expect(memoryOf(answer())).toBe(8 * 1024 * 1024));

describe('series', () => {
  const at = (host: string, uptime: number, requests: number) =>
    answer({ host, uptime_seconds: uptime, totals: { requests, latency: [requests, 0, 0] } });

  test('of two pods that answer in turn are kept apart', () => {
    let pods = addAnswer([], at('b', 100, 10), 0);
    pods = addAnswer(pods, at('a', 500, 4000), 2_000);
    expect(pods.map((pod) => [pod.status.host, pod.samples.length])).toEqual([
      ['a', 0],
      ['b', 0],
    ]);
    pods = addAnswer(pods, at('b', 104, 50), 4_000);
    pods = addAnswer(pods, at('a', 504, 4400), 6_000);
    expect(pods.map((pod) => pod.samples.map((sample) => sample.rates.requestsPerSecond))).toEqual([[100], [10]]);
  });

  test('of a pod that is silent for half a minute are dropped', () => {
    const pods = addAnswer([], at('b', 100, 10), 0);
    expect(addAnswer(pods, at('a', 1, 1), 30_000)).toHaveLength(2);
    expect(addAnswer(pods, at('a', 1, 1), 30_001).map((pod) => pod.status.host)).toEqual(['a']);
  });

  test('begin anew after a restart, whose process has another number', () => {
    let pods = addAnswer([], at('a', 100, 10), 0);
    pods = addAnswer(pods, at('a', 102, 20), 2_000);
    pods = addAnswer(pods, answer({ pid: 7, uptime_seconds: 1 }), 4_000);
    expect(pods.map((pod) => [pod.status.pid, pod.samples.length])).toEqual([
      [100, 1],
      [7, 0],
    ]);
  });

  test('hold two minutes', () => {
    let pods = addAnswer([], at('a', 0, 0), 0);
    for (let t = 2; t <= 200; t += 2) pods = addAnswer(pods, at('a', t, t), t * 1000);
    expect(pods[0]?.samples).toHaveLength(61);
    expect(pods[0]?.samples[0]?.at).toBe(80_000);
  });
});

test('a chart draws its span from left to right, zero at the bottom, a gap where nobody asked', () => {
  const points = [
    { at: 0, value: 0 },
    { at: 60_000, value: 5 },
    { at: 62_000, value: 10 },
  ];
  expect(linePath(points, 120_000, 120_000, { width: 120, height: 40 })).toBe('M0 40M60 20L62 0');
  expect(linePath([{ at: 0, value: 0 }], 0, 120_000, { width: 120, height: 40 })).toBe('M120 40');
});

test.each([
  [formatNumber(0), '0'],
  [formatNumber(0.4249), '0.42'],
  [formatNumber(12.34), '12.3'],
  [formatNumber(1249.6), '1,250'],
  [formatBytes(0), '0 B'],
  [formatBytes(5_931_008), '5.66 MiB'],
  [formatBytes(2 ** 40), '1 TiB'],
  [formatLatency(0.000_42), '0.42 ms'],
  [formatLatency(1.25), '1.25 s'],
  [formatDuration(8.9), '8 s'],
  [formatDuration(725), '12 min 5 s'],
  [formatDuration(3600), '1 h 0 min'],
  [formatDuration(273_700), '3 d 4 h'],
])('%s', (text, expected) => expect(text).toBe(expected));
