import type { Holdings } from "./server-gauge.ts";

const names = ["descriptors", "inotifyWatches", "threads", "timers", "handles"] as const;

/** The least of several looks: a socket, or an answer under way, is no leak. */
export function leastOf(looks: readonly Holdings[]): Holdings {
  const least = (name: keyof Holdings): number => Math.min(...looks.map((look) => look[name]));
  return {
    descriptors: least("descriptors"),
    inotifyWatches: least("inotifyWatches"),
    threads: least("threads"),
    timers: least("timers"),
    handles: least("handles"),
  };
}

/** What is held more than before, though as many containers of the same kind run: a line for each. */
export function grownSince(before: Holdings, now: Holdings): readonly Grown[] {
  return names
    .map((name) => ({ name, before: before[name], now: now[name] }))
    .filter((one) => one.now > one.before);
}

export interface Grown {
  readonly name: keyof Holdings;
  readonly before: number;
  readonly now: number;
}
