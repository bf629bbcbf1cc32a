export interface Percentile {
  seconds: number;
  /** It lies in the last bucket, which has no upper bound. */
  isAtLeast: boolean;
}

/**
 * The time that the share @q (0..1) of requests stayed below, by a straight line through its bucket.
 * @bounds: upper bounds of all buckets of @counts but the last. Undefined: there were no requests.
 */
export function percentile(bounds: readonly number[], counts: readonly number[], q: number): Percentile | undefined {
  const total = counts.reduce((sum, n) => sum + n, 0);
  if (total === 0) return undefined;
  const rank = q * total;
  let below = 0;
  for (const [i, n] of counts.entries()) {
    if (n > 0 && below + n >= rank) {
      const from = bounds[i - 1] ?? 0;
      const to = bounds[i];
      if (to === undefined) break;
      return { seconds: from + ((to - from) * Math.max(0, rank - below)) / n, isAtLeast: false };
    }
    below += n;
  }
  return { seconds: bounds.at(-1) ?? 0, isAtLeast: true };
}
