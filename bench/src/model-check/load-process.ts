/*
 * One busy thread, told what to do once it is in its group: a program that was started there would spend
 * seconds of a small limit on starting.
 */
import type { Load } from "./test-bed.ts";

const never = new Int32Array(new SharedArrayBuffer(4));

function sleepUntil(atMs: number): void {
  for (let left = atMs - performance.now(); left > 0; left = atMs - performance.now()) {
    Atomics.wait(never, 0, 0, left);
  }
}

const usedUs = (): number => {
  const { user, system } = process.cpuUsage();
  return user + system;
};

process.once("message", (message) => {
  const beganMs = performance.now();
  const load = message as Load;
  while (load.kind === "hog");
  // Whatever the process uses between two jobs is of the next one's work: the sum is what was planned.
  let untilUs = usedUs();
  const finishedAtSeconds = load.jobs.map(({ atSeconds, coreSeconds }) => {
    sleepUntil(beganMs + atSeconds * 1000);
    untilUs += coreSeconds * 1e6;
    while (usedUs() < untilUs);
    return (performance.now() - beganMs) / 1000;
  });
  process.send?.(finishedAtSeconds);
});
process.send?.("ready");
