export interface Point {
  at: number;
  value: number;
}

export interface Size {
  width: number;
  height: number;
}

/** A pause longer than this leaves a gap: nobody asked, or other pods answered. */
const GAP_MS = 15_000;

const place = (n: number) => String(Math.round(n * 10) / 10);

/** The path of a line through @points, the last @spanMs of which fill the width; zero is at the bottom. */
export function linePath(points: readonly Point[], now: number, spanMs: number, { width, height }: Size): string {
  const most = Math.max(...points.map((point) => point.value), Number.MIN_VALUE);
  let before: Point | undefined;
  return points
    .map((point) => {
      const x = width * (1 - (now - point.at) / spanMs);
      const y = height * (1 - point.value / most);
      const isNew = !before || point.at - before.at > GAP_MS;
      before = point;
      return `${isNew ? 'M' : 'L'}${place(x)} ${place(y)}`;
    })
    .join('');
}
