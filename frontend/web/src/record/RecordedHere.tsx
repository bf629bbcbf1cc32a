import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { Doc } from '../api/documents';
import { listQuery } from '../api/queries';
import type { Resource } from '../schema/types';
import { count } from '../schema/words';
import { ErrorState } from '../ui/ErrorState';
import { Skeleton } from '../ui/Skeleton';
import { Time } from '../ui/Time';

interface RecordedHereProps {
  site: string;
  justSaved: string;
  resource: Resource;
}

const MOST = 10;

/** By the time of storing: what was just saved is there, whatever time it was given. */
const query = (href: string, site: string) =>
  listQuery(href, { where: { site }, sort: '-_created,-taken_at', max_results: MOST });

export function RecordedHere({ site, justSaved, resource }: RecordedHereProps) {
  const { data, error, isFetching, refetch } = useQuery(query(resource.href, site));
  return (
    <section className="stack record-tight" aria-labelledby="recorded-here">
      <h2 id="recorded-here">Recorded at this site</h2>
      {data ? (
        <ul className="record-list">
          {data._items.map((item) => (
            <Item key={item._id} item={item} isNew={item._id === justSaved} />
          ))}
        </ul>
      ) : (
        error === null && <Skeleton label="Loading what was recorded here" />
      )}
      {error !== null && <ErrorState error={error} onRetry={() => void refetch()} isRetrying={isFetching} />}
      {data?._meta && data._meta.total > MOST && (
        <p className="muted small">{`The newest ${MOST} of ${data._meta.total}.`}</p>
      )}
    </section>
  );
}

function Item({ item, isNew }: { item: Doc; isNew: boolean }) {
  const { readings, floor, note } = item;
  const parts = [
    Array.isArray(readings) ? count(readings.length, 'reading') : '',
    typeof floor === 'number' ? `floor ${floor}` : '',
    typeof note === 'string' ? note : '',
  ];
  return (
    <li>
      <Link to="/r/$resource/$id" params={{ resource: 'fingerprints', id: item._id }} className="record-item">
        <span className="record-strong">
          <Time value={item['taken_at']} />
          {isNew && <span className="record-new">just saved</span>}
        </span>
        <span className="muted small record-cut">{parts.filter(Boolean).join(' · ')}</span>
      </Link>
    </li>
  );
}
