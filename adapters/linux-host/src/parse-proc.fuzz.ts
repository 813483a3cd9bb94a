import assert from "node:assert/strict";
import { fuzzTarget, kernelText } from "@sc/domain/testing";
import {
  parseAvailableMib,
  parseBusySeconds,
  parseCpuTopology,
  parseFullStallPercent,
  parseMemTotalMib,
} from "./parse-proc.ts";

const keys = [
  "cpu ",
  "cpu",
  "MemTotal:  ",
  "MemAvailable:  ",
  "full avg10=",
  "some avg10=",
  "processor\t: ",
  "core id\t: ",
];

/** Missing is `undefined`; what is there is a number one can count with. */
const assertNumber = (value: number | undefined, what: string): void =>
  assert.ok(value === undefined || Number.isFinite(value), `${what} is ${value}`);

export const targets = [
  fuzzTarget("proc-files", kernelText(keys), (text) => {
    assertNumber(parseBusySeconds(text), "busy seconds");
    assertNumber(parseMemTotalMib(text), "memory");
    assertNumber(parseAvailableMib(text), "available memory");
    assertNumber(parseFullStallPercent(text), "stall");
    const threads = Object.values(parseCpuTopology(text) ?? {}).flatMap((cores) =>
      Object.values(cores).flat(),
    );
    for (const thread of threads) assertNumber(thread, "thread");
  }),
];
