/*
 * `node phased-load.ts 'PHASES'`: one thread that does each phase in turn, as JSON
 * `[{ "seconds": 5, "cpuPercent": 80, "memMib": 100 }]`: uses so much of a core and holds so much memory.
 */
import { setTimeout as delay } from "node:timers/promises";

interface Phase {
  readonly seconds: number;
  readonly cpuPercent: number;
  readonly memMib: number;
}

const sliceMs = 20;
const mibPerSlice = 2;
const bytesPerMib = 1_048_576;
const phases: readonly Phase[] = JSON.parse(process.argv[2] ?? "[]");
const held: Buffer[] = [];

for (const { seconds, cpuPercent, memMib } of phases) {
  const end = performance.now() + seconds * 1000;
  while (performance.now() < end) {
    const begin = performance.now();
    holdMore(memMib);
    while (performance.now() - begin < (sliceMs * cpuPercent) / 100) Math.sqrt(begin);
    await delay(begin + sliceMs - performance.now());
  }
}

/** Growing takes its time; what is given back is given back at once. */
function holdMore(memMib: number): void {
  for (let made = 0; made < mibPerSlice && held.length < memMib; made += 1) {
    held.push(Buffer.alloc(bytesPerMib, 1));
  }
  held.length = Math.min(held.length, memMib);
}
