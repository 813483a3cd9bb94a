import assert from "node:assert/strict";
import { test } from "node:test";
import { pulses } from "@sc/simulation";
import { oracleOf } from "./oracle.ts";

test("the oracle knows what will be asked for: the mean, the highest second, each period", () => {
  // 30 and 50 ms of a core in turn at each half second: 80 ms each second.
  const demand = () => pulses({ everySeconds: 0.5, coreSeconds: [0.03, 0.05] });
  const oracle = oracleOf(demand(), 10);
  assert.equal(Number(oracle.meanDemand.toFixed(6)), 8);
  assert.equal(Number(oracle.peakSecond.toFixed(6)), 8);
  assert.deepEqual(
    [0, 0.1, 0.5, 9.5, 11].map((at) => Number(oracle.demandAt(at).toFixed(6))),
    [30, 0, 50, 50, 0],
  );
});
