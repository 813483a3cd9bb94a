/*
 * One busy thread, told what to do once it is in its group: a program that was started there would spend
 * seconds of a small limit on starting.
 */
import type { Load } from "./test-bed.ts";

/** Sleeping ends late; the rest is waited for awake, which costs next to nothing. */
const awakeMs = 0.2;
const never = new Int32Array(new SharedArrayBuffer(4));

function sleepUntil(atMs: number): void {
  for (let left = atMs - performance.now(); left > 0; left = atMs - performance.now()) {
    if (left > awakeMs) Atomics.wait(never, 0, 0, left - awakeMs);
  }
}

const usedUs = (): number => {
  const { user, system } = process.threadCpuUsage();
  return user + system;
};

process.once("message", (message) => {
  const beganMs = performance.now();
  const load = message as Load;
  while (load.kind === "hog");
  const finishedAtSeconds = load.jobs.map(({ atSeconds, coreSeconds }) => {
    sleepUntil(beganMs + atSeconds * 1000);
    const untilUs = usedUs() + coreSeconds * 1e6;
    while (usedUs() < untilUs);
    return (performance.now() - beganMs) / 1000;
  });
  process.send?.(finishedAtSeconds);
});
process.send?.("ready");
