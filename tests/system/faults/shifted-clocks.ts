/*
 * `--import` of a server whose clocks a test moves: in each of its threads, by what the file says that
 * SHIFTED_CLOCKS names. Nobody may set the machine's own.
 */
import { readFileSync } from "node:fs";

const path = process.env.SHIFTED_CLOCKS;
const lookEveryMs = 20;

if (path !== undefined) {
  let wallMs = 0;
  let monotonicMs = 0;
  const { now: wall } = Date;
  const monotonic = performance.now.bind(performance);
  Date.now = () => wall() + wallMs;
  performance.now = () => monotonic() + monotonicMs;
  setInterval(() => {
    // Half a file is read again at the next look.
    const numbers = readFileSync(path, "utf8").split(" ").map(Number);
    const [wallSeconds = 0, monotonicSeconds = 0, end] = numbers;
    if (end !== 0) return;
    wallMs = wallSeconds * 1000;
    monotonicMs = monotonicSeconds * 1000;
  }, lookEveryMs).unref();
}
