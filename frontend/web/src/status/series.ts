import { type Rates, memoryOf, ratesBetween } from './rates';
import type { PodStatus } from './types';

/** One point of the charts. */
export interface Sample {
  /** Milliseconds of the page's clock. */
  at: number;
  rates: Rates;
  memory: number;
}

/** One pod, and what it said in the last two minutes. */
export interface Pod {
  key: string;
  status: PodStatus;
  seenAt: number;
  samples: readonly Sample[];
}

export const CHART_MS = 120_000;
export const FORGET_MS = 30_000;

/** By name, whichever pod answered last. */
export type Pods = readonly Pod[];

const keyOf = ({ host, pid }: PodStatus): string => `${host} ${pid}`;

/** Behind one address several pods answer in turn: each has a series of its own, and is forgotten when it is silent. */
export function addAnswer(pods: Pods, status: PodStatus, now: number): Pods {
  const key = keyOf(status);
  const known = pods.find((pod) => pod.key === key);
  const rates = known && ratesBetween(known.status, status);
  const samples = [...(known?.samples ?? [])].filter((sample) => now - sample.at <= CHART_MS);
  if (rates) samples.push({ at: now, rates, memory: memoryOf(status) });
  const others = pods.filter((pod) => pod.key !== key && now - pod.seenAt <= FORGET_MS);
  return [...others, { key, status, seenAt: now, samples }].toSorted((a, b) => a.key.localeCompare(b.key));
}
