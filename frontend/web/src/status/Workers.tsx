/* oxlint-disable jsx-a11y/no-redundant-roles, jsx-a11y/no-interactive-element-to-noninteractive-role --
   the looks of a card would take the roles of a table away in some browsers; said aloud they stay */
import { useId, type ReactNode } from 'react';
import { formatBytes, formatDuration, formatNumber } from './format';
import type { WorkerStatus } from './types';

interface Column {
  name: string;
  value: (worker: WorkerStatus) => ReactNode;
}

const COLUMNS: readonly Column[] = [
  { name: 'State', value: (worker) => <State state={worker.state} /> },
  { name: 'Generation', value: (worker) => worker.generation },
  { name: 'Up for', value: (worker) => formatDuration(worker.uptime_seconds) },
  { name: 'Heartbeat', value: (worker) => `${formatNumber(worker.heartbeat_age_seconds)} s ago` },
  { name: 'Connections', value: (worker) => formatNumber(worker.connections) },
  { name: 'In flight', value: (worker) => formatNumber(worker.in_flight) },
  { name: 'Threads busy', value: (worker) => formatNumber(worker.threads_busy) },
  { name: 'Queued', value: (worker) => formatNumber(worker.threads_queued) },
  { name: 'Requests', value: (worker) => formatNumber(worker.requests) },
  { name: 'Memory', value: (worker) => formatBytes(worker.resident_bytes) },
];

interface WorkersProps {
  workers: readonly WorkerStatus[];
  target: number;
}

/** A table; on a phone a card for each worker. The roles keep it a table for screen readers when it looks like none. */
export function Workers({ workers, target }: WorkersProps) {
  const titleId = useId();
  return (
    <div className="stack status-tight">
      <h3 id={titleId}>{`Workers: ${workers.length} of ${target}`}</h3>
      <table className="workers" role="table" aria-labelledby={titleId}>
        <thead role="rowgroup">
          <tr role="row">
            {['Process', ...COLUMNS.map(({ name }) => name)].map((name) => (
              <th key={name} scope="col" role="columnheader">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody role="rowgroup">
          {workers.map((worker) => (
            <tr key={worker.pid} role="row">
              <th scope="row" role="rowheader">
                {worker.pid}
              </th>
              {COLUMNS.map(({ name, value }) => (
                <td key={name} role="cell">
                  <span className="workers-name" aria-hidden="true">
                    {name}
                  </span>
                  <span>{value(worker)}</span>
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

const KNOWN = ['booting', 'serving', 'draining'];

function State({ state }: { state: string }) {
  return <span className={`state state-${KNOWN.includes(state) ? state : 'other'}`}>{state}</span>;
}
