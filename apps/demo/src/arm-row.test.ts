import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { type Accounts, armRow } from "./arm-row.ts";

const nothing: Accounts["before"] = {
  watchedSeconds: 0,
  usedCoreSeconds: 0,
  allocatedCoreSeconds: 0,
  throttledSeconds: 0,
  changes: 0,
};

const accounts = (change: Partial<Accounts["after"]>, finalShares = 80): Accounts => ({
  before: nothing,
  after: { ...nothing, ...change },
  finalShares,
});

describe("armRow", () => {
  test("counts what came to the accounts between the two readings, over all containers", () => {
    const before = { ...nothing, usedCoreSeconds: 100, allocatedCoreSeconds: 200, changes: 7 };
    const after = {
      ...before,
      watchedSeconds: 10,
      usedCoreSeconds: 103,
      allocatedCoreSeconds: 208,
      throttledSeconds: 2,
      changes: 9,
    };
    const first = { before, after, finalShares: 80 };
    const second = accounts({ watchedSeconds: 10, usedCoreSeconds: 1, allocatedCoreSeconds: 8 });
    assert.deepEqual(armRow({ arm: "scaled", runSeconds: 10, accounts: [first, second] }), {
      arm: "scaled",
      runSeconds: 10,
      used: 4,
      allocated: 16,
      utilization: 0.25,
      throttledSeconds: 2,
      changes: 2,
    });
  });

  test("what was held after the run, until the last reading, is taken off", () => {
    const late = accounts({ watchedSeconds: 11, usedCoreSeconds: 4, allocatedCoreSeconds: 8.8 });
    const row = armRow({ arm: "fixed", runSeconds: 10, accounts: [late] });
    assert.equal(row.allocated, 8);
    assert.equal(row.utilization, 0.5);
  });

  test("readings that do not reach the end of the run add nothing", () => {
    const early = accounts({ watchedSeconds: 9.9, usedCoreSeconds: 4, allocatedCoreSeconds: 8 });
    assert.equal(armRow({ arm: "fixed", runSeconds: 10, accounts: [early] }).allocated, 8);
  });

  test("without anything allocated the utilization is 0 and no division fails", () => {
    assert.equal(armRow({ arm: "fixed", runSeconds: 1, accounts: [accounts({})] }).utilization, 0);
  });
});
