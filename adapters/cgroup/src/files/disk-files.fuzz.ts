import assert from "node:assert/strict";
import { fuzzTarget, kernelText, spoiled } from "@sc/domain/testing";
import fc from "fast-check";
import { diskFormat as v1 } from "../v1/disk-format.ts";
import { diskFormat as v2 } from "../v2/disk-format.ts";

const line = fc.constantFrom(
  "8:0 Read 4096",
  "8:0 Write 0",
  "8:0 1048576",
  "8:0 rbytes=4096 wbytes=0 rios=1 wios=0",
  "259:1 rbps=max wbps=1048576 riops=max wiops=max",
  `8:0 Read ${"9".repeat(400)}`,
  `8:0 rbytes=${"9".repeat(400)} wbytes=1`,
  `8:0 rbps=${"9".repeat(400)} wbps=1`,
  `8:0 ${"9".repeat(400)}`,
);
const text = fc.oneof(
  fc.array(fc.oneof(line, spoiled(line)), { maxLength: 6 }).map((lines) => `${lines.join("\n")}\n`),
  kernelText(["8:0", "8:0 rbps=", "8:0 Read"]),
);

/** What is there is a number one can count with. */
const assertFinite = (numbers: readonly (number | null)[]): void => {
  for (const number of numbers) assert.ok(number === null || Number.isFinite(number), `${number}`);
};

export const targets = [
  fuzzTarget("disk-files", fc.tuple(text, text), ([one, other]) => {
    for (const format of [v1, v2]) {
      for (const { device, bytesRead, bytesWritten } of format.parseUse(one)) {
        assert.match(device, /^\d+:\d+$/);
        assertFinite([bytesRead, bytesWritten]);
      }
      for (const limit of format.parseLimits([one, other])) {
        assertFinite([limit.readBytesPerSecond, limit.writeBytesPerSecond]);
        const none = { ...limit, readBytesPerSecond: null, writeBytesPerSecond: null };
        for (const { value } of format.steps(limit, none)) assert.doesNotMatch(value, /\n/);
      }
    }
  }),
];
