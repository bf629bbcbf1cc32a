const MINUTE = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' });
const SECOND = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'medium' });

/** The instant of an API date; undefined when it is none. */
export function instant(value: unknown): Date | undefined {
  if (typeof value !== 'string') return undefined;
  const date = new Date(value);
  return Number.isNaN(date.getTime()) ? undefined : date;
}

/** In the zone and the habits of the reader; seconds only where there are any. */
export const localDate = (date: Date): string => (date.getSeconds() === 0 ? MINUTE : SECOND).format(date);

/** The same to the minute: what a list has room for. */
export const briefDate = (date: Date): string => MINUTE.format(date);

const pad = (n: number, width = 2) => String(n).padStart(width, '0');

/** What <input type="datetime-local"> holds: local time, seconds only where there are any. */
export function toLocalInput(value: unknown): string {
  const date = instant(value);
  if (!date) return '';
  const day = `${pad(date.getFullYear(), 4)}-${pad(date.getMonth() + 1)}-${pad(date.getDate())}`;
  const thousandths = date.getMilliseconds();
  const fraction = thousandths === 0 ? '' : `.${pad(thousandths, 3).replace(/0+$/, '')}`;
  const rest = date.getSeconds() + thousandths === 0 ? '' : `:${pad(date.getSeconds())}${fraction}`;
  return `${day}T${pad(date.getHours())}:${pad(date.getMinutes())}${rest}`;
}

/** RFC 3339 in UTC, as the API takes it; undefined when @text is no date. */
export function fromLocalInput(text: string): string | undefined {
  const date = new Date(text);
  if (text === '' || Number.isNaN(date.getTime())) return undefined;
  return date.toISOString().replace('.000Z', 'Z');
}
