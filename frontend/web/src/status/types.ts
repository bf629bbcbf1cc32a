/** What GET /status answers: one server (a pod, where there are several) at one moment. */
export interface PodStatus {
  readonly version: string;
  readonly host: string;
  readonly pid: number;
  readonly uptime_seconds: number;
  readonly generation: number;
  readonly workers_target: number;
  /** Upper bounds of the latency buckets; the last bucket has none. */
  readonly bucket_seconds: readonly number[];
  readonly workers: readonly WorkerStatus[];
  readonly totals: Totals;
}

export interface WorkerStatus {
  readonly pid: number;
  readonly generation: number;
  readonly state: string;
  readonly uptime_seconds: number;
  readonly heartbeat_age_seconds: number;
  readonly connections: number;
  readonly in_flight: number;
  readonly threads_busy: number;
  readonly threads_queued: number;
  readonly requests: number;
  readonly resident_bytes: number;
}

/** Counted since the server started. */
export interface Totals {
  readonly requests: number;
  readonly status: Readonly<Record<'none' | '1xx' | '2xx' | '3xx' | '4xx' | '5xx', number>>;
  readonly received_bytes: number;
  readonly sent_bytes: number;
  readonly connections: number;
  /** Requests by bucket, not cumulative. */
  readonly latency: readonly number[];
  readonly latency_seconds: number;
  readonly queue_full: number;
  readonly store_operations: number;
  readonly store_errors: number;
  readonly store_batches: number;
  readonly workers_spawned: number;
  readonly workers_died: number;
  readonly worker_timeouts: number;
  readonly reloads_ok: number;
  readonly reloads_failed: number;
}
