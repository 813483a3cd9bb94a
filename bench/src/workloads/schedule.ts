import type { Random } from "@sc/simulation";
import type { Load } from "./workload.ts";

/** A part of a load, with so many arrivals a second. */
export interface Phase {
  readonly seconds: number;
  readonly perSecond: number;
}

/**
 * The load that all programs get which are asked on time: low, during the warm-up too, then high, then
 * half of it. It shows what a limit does when a load rises, and what it costs when it has fallen.
 */
export const phasesOf = (
  { warmUpSeconds, seconds }: Pick<Load, "warmUpSeconds" | "seconds">,
  highPerSecond: number,
): readonly Phase[] => [
  { seconds: warmUpSeconds + seconds * 0.3, perSecond: highPerSecond / 3 },
  { seconds: seconds * 0.35, perSecond: highPerSecond },
  { seconds: seconds * 0.35, perSecond: highPerSecond / 2 },
];

/** Milliseconds from the beginning at which something arrives, each independent of all others. */
export function arrivalsMs(phases: readonly Phase[], random: Random): readonly number[] {
  const arrivals: number[] = [];
  let beginMs = 0;
  for (const { seconds, perSecond } of phases) {
    const endMs = beginMs + seconds * 1000;
    for (;;) {
      const last = Math.max(arrivals.at(-1) ?? 0, beginMs);
      const next = last + random.exponential(1000 / perSecond);
      if (next >= endMs) break;
      arrivals.push(next);
    }
    beginMs = endMs;
  }
  return arrivals;
}
