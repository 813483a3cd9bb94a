import { parentPort, workerData } from "node:worker_threads";

/** Says "an order" at random times, from a thread that no tick of the agent holds up. */
const { count, meanGapMs } = workerData as { readonly count: number; readonly meanGapMs: number };

let sent = 0;
function send(): void {
  parentPort?.postMessage({ index: sent, sentAtNs: process.hrtime.bigint() });
  sent += 1;
  if (sent < count) setTimeout(send, Math.random() * 2 * meanGapMs);
}
setTimeout(send, meanGapMs);
