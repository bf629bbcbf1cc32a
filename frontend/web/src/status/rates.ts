import { type Percentile, percentile } from './percentile';
import type { PodStatus } from './types';

/** What happened between two answers of one pod. */
export interface Rates {
  /** Between the answers, by the pod's own clock. */
  seconds: number;
  requestsPerSecond: number;
  clientErrorsPerSecond: number;
  serverErrorsPerSecond: number;
  /** Of all requests, 0..1; undefined: there were none. */
  clientErrorShare?: number;
  serverErrorShare?: number;
  p50?: Percentile;
  p95?: Percentile;
  p99?: Percentile;
  storeOperationsPerSecond: number;
  storeErrors: number;
}

const share = (part: number, whole: number): number | undefined => (whole > 0 ? part / whole : undefined);

/** The difference of two answers; undefined when they are not a later and an earlier one of the same run. */
export function ratesBetween(earlier: PodStatus, later: PodStatus): Rates | undefined {
  const seconds = later.uptime_seconds - earlier.uptime_seconds;
  const [a, b] = [earlier.totals, later.totals];
  const requests = b.requests - a.requests;
  const latency = b.latency.map((n, i) => n - (a.latency[i] ?? 0));
  if (seconds <= 0 || requests < 0 || latency.some((n) => n < 0)) return undefined;
  const clientErrors = b.status['4xx'] - a.status['4xx'];
  const serverErrors = b.status['5xx'] - a.status['5xx'];
  const at = (q: number) => percentile(later.bucket_seconds, latency, q);
  return {
    seconds,
    requestsPerSecond: requests / seconds,
    clientErrorsPerSecond: clientErrors / seconds,
    serverErrorsPerSecond: serverErrors / seconds,
    clientErrorShare: share(clientErrors, requests),
    serverErrorShare: share(serverErrors, requests),
    p50: at(0.5),
    p95: at(0.95),
    p99: at(0.99),
    storeOperationsPerSecond: (b.store_operations - a.store_operations) / seconds,
    storeErrors: b.store_errors - a.store_errors,
  };
}

export const memoryOf = (pod: PodStatus): number => pod.workers.reduce((sum, worker) => sum + worker.resident_bytes, 0);

export const inFlightOf = (pod: PodStatus): number => pod.workers.reduce((sum, worker) => sum + worker.in_flight, 0);
