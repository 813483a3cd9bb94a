import { uptime } from "node:os";

const keptMs = 50;
const millisecondsPerSecond = 1000;

/**
 * Seconds since boot, time asleep included. Asked before every write of a limit and 60 µs dear, so it is
 * read anew every 50 ms, and in between the running clock is added.
 */
export function bootClock(): () => number {
  let uptimeSeconds = 0;
  let readAtMs = Number.NEGATIVE_INFINITY;
  return () => {
    const nowMs = performance.now();
    if (nowMs - readAtMs > keptMs) {
      uptimeSeconds = uptime();
      readAtMs = nowMs;
    }
    return uptimeSeconds + (nowMs - readAtMs) / millisecondsPerSecond;
  };
}
