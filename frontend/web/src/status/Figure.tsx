import type { ReactNode } from 'react';
import { Sparkline } from './Sparkline';
import type { Point } from './chart';

interface FigureProps {
  label: string;
  value: string;
  /** More about it, in small print. */
  children?: ReactNode;
  /** For the chart; none: there is no chart. */
  points?: readonly Point[];
  now?: number;
  format?: (value: number) => string;
}

/** A number with its name, its last two minutes and what they were between. */
export function Figure({ label, value, children, points = [], now = 0, format = String }: FigureProps) {
  const values = points.map((point) => point.value);
  return (
    <div className="figure">
      <dt>{label}</dt>
      <dd>
        <span className="figure-value">{value}</span>
        {children && <span className="figure-more">{children}</span>}
        {values.length > 1 && (
          <>
            <Sparkline points={points} now={now} />
            <span className="figure-more">{`2 min: ${format(Math.min(...values))} to ${format(Math.max(...values))}`}</span>
          </>
        )}
      </dd>
    </div>
  );
}
