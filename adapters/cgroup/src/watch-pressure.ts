import { watchFiles } from "./files/watch-files.ts";
import type { MemoryPressure } from "./group-parts.ts";

/** The kernel tells about 50 times a second while a group waits at its limit. */
const leastMsBetween = 50;

/**
 * Tells of a group that waits at its memory limit: at once, and while it goes on, at most 20 times a second.
 * The kernel tells of kills in the same file, so the number of waits must have grown.
 */
export function watchPressure(
  { folder, file, readWaits }: MemoryPressure,
  onPressure: () => void,
): { cancel(): void } | undefined {
  let waits = readWaits();
  let toldAtMs = Number.NEGATIVE_INFINITY;
  const onChange = (changed: string): void => {
    if (changed !== file) return;
    const nowMs = performance.now();
    if (nowMs - toldAtMs < leastMsBetween) return;
    const before = waits;
    waits = readWaits();
    if (waits === undefined || waits <= (before ?? 0)) return;
    toldAtMs = nowMs;
    onPressure();
  };
  // Without it the next tick sees that the group waits, a little later.
  return watchFiles([[folder, onChange]], () => undefined);
}
