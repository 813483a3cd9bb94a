/* Appends without end, ten points at a time, and says after each how many times it did. */
import { seriesPoint } from "@sc/ports/testing";
import { FilePointQueue } from "../file-point-queue.ts";

const [, , folder = ""] = process.argv;
const log = { info: () => {}, warn: () => {}, error: () => {} };
const queue = new FilePointQueue({ folder, bytesMost: 64 * 1_048_576, log });
for (let round = 0; ; round += 1) {
  await queue.append(Array.from({ length: 10 }, (_, at) => seriesPoint(round * 10 + at)));
  process.stdout.write(`${round + 1}\n`);
}
