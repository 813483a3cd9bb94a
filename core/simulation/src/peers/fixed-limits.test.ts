import assert from "node:assert/strict";
import { test } from "node:test";
import { clairvoyant } from "./clairvoyant.ts";
import { provisioned, staticPeak, staticTwiceMean } from "./fixed-limits.ts";
import { limitsOf, readingWith, repeated, startWith } from "./peer-fixture.ts";

const oracle = {
  meanDemand: 90,
  peakSecond: 250,
  demandAt: (seconds: number) => (seconds === 1 ? 100 : 500),
};

test("a fixed limit is set once and stays", () => {
  const limits = (peer: Parameters<typeof limitsOf>[0]) =>
    limitsOf(peer, repeated(2, { used: 7 }), { limit: 300, oracle });
  assert.deepEqual(limits(provisioned("cpu")), [400, 400]);
  assert.deepEqual(limits(staticPeak("mem")), [250, 250]);
  assert.deepEqual(limits(staticTwiceMean("cpu")), [180, 180]);
});

test("a fixed limit that is in force is not written again", () => {
  const run = provisioned("cpu").begin(startWith({ oracle }));
  assert.equal(run.step(readingWith({ limit: 400 })), undefined);
  // The kernel took whole microseconds.
  assert.equal(run.step(readingWith({ limit: 399.999 })), undefined);
});

test("the clairvoyant grants what the next period asks for and 5 %, within the band", () => {
  const run = clairvoyant().begin(startWith({ oracle }));
  assert.deepEqual(run.step(readingWith({ seconds: 1 })), { limit: 105 });
  assert.deepEqual(run.step(readingWith({ seconds: 2 })), { limit: 400 });
});
