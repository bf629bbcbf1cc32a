import { useId } from 'react';
import { count } from '../schema/words';
import { Figure } from './Figure';
import { Workers } from './Workers';
import { formatBytes, formatDuration, formatLatency, formatNumber, formatPercentile, formatShare } from './format';
import { percentile } from './percentile';
import { inFlightOf, memoryOf } from './rates';
import type { Pod, Sample } from './series';
import type { PodStatus } from './types';

/** One server: what it does now, what it has done, and who does it. */
export function PodCard({ pod: { status, samples, seenAt } }: { pod: Pod }) {
  const titleId = useId();
  return (
    <section className="card pod" aria-labelledby={titleId}>
      <div className="pod-head">
        <h2 id={titleId}>{status.host}</h2>
        <p className="muted small">
          {`Narwhal ${status.version}, process ${status.pid}, up for ${formatDuration(status.uptime_seconds)}, generation ${status.generation}`}
        </p>
      </div>
      <dl className="figures">
        {samples.length > 0 ? <Live samples={samples} now={seenAt} /> : <SinceStart status={status} />}
        <Figure
          label="Memory"
          value={formatBytes(memoryOf(status))}
          points={samples.map(({ at, memory }) => ({ at, value: memory }))}
          now={seenAt}
          format={formatBytes}
        >
          {`of ${count(status.workers.length, 'worker')}, ${count(inFlightOf(status), 'request')} in flight`}
        </Figure>
      </dl>
      <History status={status} />
      <Workers workers={status.workers} target={status.workers_target} />
    </section>
  );
}

const perSecond = (value: number) => `${formatNumber(value)}/s`;

function Live({ samples, now }: { samples: readonly Sample[]; now: number }) {
  const rates = samples.at(-1)?.rates;
  if (!rates) return null;
  const points = (value: (sample: Sample) => number | undefined) =>
    samples.flatMap((sample) => {
      const one = value(sample);
      return one === undefined ? [] : [{ at: sample.at, value: one }];
    });
  const errors = rates.clientErrorsPerSecond + rates.serverErrorsPerSecond;
  return (
    <>
      <Figure
        label="Requests"
        value={perSecond(rates.requestsPerSecond)}
        points={points((sample) => sample.rates.requestsPerSecond)}
        now={now}
        format={perSecond}
      />
      <Figure
        label="Latency, p95"
        value={formatPercentile(rates.p95)}
        points={points((sample) => sample.rates.p95?.seconds)}
        now={now}
        format={formatLatency}
      >
        {`p50 ${formatPercentile(rates.p50)}, p99 ${formatPercentile(rates.p99)}`}
      </Figure>
      <Figure
        label="Errors"
        value={perSecond(errors)}
        points={points(({ rates: one }) => one.clientErrorsPerSecond + one.serverErrorsPerSecond)}
        now={now}
        format={perSecond}
      >
        {`4xx ${formatShare(rates.clientErrorShare)}, 5xx ${formatShare(rates.serverErrorShare)} of requests`}
      </Figure>
      <Figure
        label="Store operations"
        value={perSecond(rates.storeOperationsPerSecond)}
        points={points((sample) => sample.rates.storeOperationsPerSecond)}
        now={now}
        format={perSecond}
      >
        {count(rates.storeErrors, 'error')}
      </Figure>
    </>
  );
}

/** Before there are two answers to compare. */
function SinceStart({ status: { totals, bucket_seconds: bounds } }: { status: PodStatus }) {
  const at = (q: number) => formatPercentile(percentile(bounds, totals.latency, q));
  return (
    <>
      <Figure label="Requests" value={formatNumber(totals.requests)}>
        since start
      </Figure>
      <Figure label="Latency, p95" value={at(0.95)}>
        {`p50 ${at(0.5)}, p99 ${at(0.99)}, since start`}
      </Figure>
      <Figure label="Errors" value={formatNumber(totals.status['4xx'] + totals.status['5xx'])}>
        {`4xx ${formatNumber(totals.status['4xx'])}, 5xx ${formatNumber(totals.status['5xx'])}, since start`}
      </Figure>
      <Figure label="Store operations" value={formatNumber(totals.store_operations)}>
        {`${count(totals.store_errors, 'error')}, since start`}
      </Figure>
    </>
  );
}

function History({ status: { totals } }: { status: PodStatus }) {
  const rows = [
    ['Requests', formatNumber(totals.requests)],
    ['4xx, 5xx', `${formatNumber(totals.status['4xx'])}, ${formatNumber(totals.status['5xx'])}`],
    ['Store operations, errors', `${formatNumber(totals.store_operations)}, ${formatNumber(totals.store_errors)}`],
    ['Received, sent', `${formatBytes(totals.received_bytes)}, ${formatBytes(totals.sent_bytes)}`],
    ['Reloads, failed', `${formatNumber(totals.reloads_ok)}, ${formatNumber(totals.reloads_failed)}`],
    ['Workers started, died', `${formatNumber(totals.workers_spawned)}, ${formatNumber(totals.workers_died)}`],
    ['Workers stuck', formatNumber(totals.worker_timeouts)],
    ['Requests turned away', formatNumber(totals.queue_full)],
  ];
  return (
    <div className="stack status-tight">
      <h3>Since the start</h3>
      <dl className="history">
        {rows.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </div>
  );
}
