/*
 * `node memory-eater.ts MIB MIB_PER_SECOND`: takes memory up to so many MiB, at that rate, in steps of 20 ms,
 * and keeps it. Says `full` when it has all.
 */
import process from "node:process";

const [most = 0, perSecond = 0] = process.argv.slice(2, 4).map(Number);
const stepMs = 20;
const bytesPerMib = 1_048_576;

const kept: Buffer[] = [];
const startedAt = performance.now();
const timer = setInterval(() => {
  const due = Math.min(most, ((performance.now() - startedAt) / 1000) * perSecond);
  while (kept.length < due) kept.push(Buffer.alloc(bytesPerMib, 1));
  if (kept.length < most) return;
  clearInterval(timer);
  process.stdout.write("full\n");
  setInterval(() => kept.length, 1000);
}, stepMs);
