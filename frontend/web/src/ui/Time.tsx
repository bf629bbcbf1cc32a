import { briefDate, instant, localDate } from '../schema/dates';

/** A date of the API in the reader's zone; UTC on demand. */
export function Time({ value, isBrief = false }: { value: unknown; isBrief?: boolean }) {
  const date = instant(value);
  if (!date) return <>{String(value)}</>;
  return (
    <time dateTime={date.toISOString()} title={`${date.toISOString().replace('T', ' ').replace(/(\.000)?Z$/, '')} UTC`}>
      {isBrief ? briefDate(date) : localDate(date)}
    </time>
  );
}
