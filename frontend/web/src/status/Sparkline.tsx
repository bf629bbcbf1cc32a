import { type Point, linePath } from './chart';
import { CHART_MS } from './series';

const SIZE = { width: 240, height: 40 };

/** Two minutes of a figure. Decoration: the numbers beside it say the same. */
export function Sparkline({ points, now }: { points: readonly Point[]; now: number }) {
  return (
    <svg className="sparkline" viewBox={`0 -2 ${SIZE.width} ${SIZE.height + 4}`} preserveAspectRatio="none" aria-hidden="true" focusable="false">
      <path className="sparkline-ground" d={`M0 ${SIZE.height}H${SIZE.width}`} />
      <path className="sparkline-line" d={linePath(points, now, CHART_MS, SIZE)} />
    </svg>
  );
}
