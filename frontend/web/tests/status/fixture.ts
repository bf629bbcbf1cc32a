import type { PodStatus, Totals, WorkerStatus } from '../../src/status/types';

export const WORKER: WorkerStatus = {
  pid: 101,
  generation: 1,
  state: 'serving',
  uptime_seconds: 90,
  heartbeat_age_seconds: 0.4,
  connections: 3,
  in_flight: 1,
  threads_busy: 2,
  threads_queued: 0,
  requests: 10,
  resident_bytes: 4 * 1024 * 1024,
};

const TOTALS: Totals = {
  requests: 0,
  status: { none: 0, '1xx': 0, '2xx': 0, '3xx': 0, '4xx': 0, '5xx': 0 },
  received_bytes: 0,
  sent_bytes: 0,
  connections: 0,
  latency: [0, 0, 0],
  latency_seconds: 0,
  queue_full: 0,
  store_operations: 0,
  store_errors: 0,
  store_batches: 0,
  workers_spawned: 2,
  workers_died: 0,
  worker_timeouts: 0,
  reloads_ok: 0,
  reloads_failed: 0,
};

type Changes = Partial<Omit<PodStatus, 'totals'>> & { totals?: Partial<Totals> };

/** An answer of pod "a" with buckets up to 10 ms, up to 20 ms, and above. */
export const answer = ({ totals, ...changes }: Changes = {}): PodStatus => ({
  version: '0.1.0',
  host: 'a',
  pid: 100,
  uptime_seconds: 100,
  generation: 1,
  workers_target: 2,
  bucket_seconds: [0.01, 0.02],
  workers: [WORKER, { ...WORKER, pid: 102, state: 'draining' }],
  ...changes,
  totals: { ...TOTALS, ...totals },
});
