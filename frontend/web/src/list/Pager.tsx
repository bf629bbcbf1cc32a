import { Button } from '../ui/Button';

interface PagerProps {
  page: number;
  size: number;
  shown: number;
  /** Undefined when the server did not count. */
  total?: number;
  limit: number;
  usual: number;
  onPage: (page: number) => void;
  onSize: (size: number | undefined) => void;
}

const SIZES = [10, 25, 50, 100, 250, 500];

export function Pager({ page, size, shown, total, limit, usual, onPage, onSize }: PagerProps) {
  const first = (page - 1) * size + 1;
  const last = first + shown - 1;
  const hasNext = total === undefined ? shown === size : last < total;
  const sizes = [...new Set([...SIZES.filter((one) => one <= limit), usual, size])].toSorted((a, b) => a - b);
  const n = (value: number) => value.toLocaleString();
  return (
    <nav className="pager" aria-label="Pages">
      <p className="pager-where" aria-live="polite">
        {`${n(first)}–${n(last)}${total === undefined ? '' : ` of ${n(total)}`}`}
      </p>
      <label className="pager-size">
        <span>Per page</span>
        <select
          className="input"
          value={size}
          onChange={(event) => onSize(Number(event.target.value) === usual ? undefined : Number(event.target.value))}
        >
          {sizes.map((one) => (
            <option key={one} value={one}>
              {one}
            </option>
          ))}
        </select>
      </label>
      <div className="row">
        <Button icon="previous" disabled={page <= 1} onClick={() => onPage(page - 1)}>
          Previous
        </Button>
        <Button icon="next" disabled={!hasNext} onClick={() => onPage(page + 1)}>
          Next
        </Button>
      </div>
    </nav>
  );
}
