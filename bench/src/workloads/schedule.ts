import type { Random } from "@sc/simulation";

/** A part of a load, with so many arrivals a second. */
export interface Phase {
  readonly seconds: number;
  readonly perSecond: number;
}

/**
 * The load that all programs get which are asked on time: three phases, low (with the warm-up in it),
 * high, and between the two. They leave the program time to show what a limit does to it when the
 * load rises, and what it costs when the load has fallen.
 */
export function phasesOf(seconds: number, highPerSecond: number): readonly Phase[] {
  return [
    { seconds: seconds * 0.4, perSecond: highPerSecond * 0.33 },
    { seconds: seconds * 0.3, perSecond: highPerSecond },
    { seconds: seconds * 0.3, perSecond: highPerSecond * 0.5 },
  ];
}

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
