import assert from "node:assert/strict";
import { beforeEach, describe, test } from "node:test";
import { LoadGate } from "./load-gate.ts";

describe("the gate of TCP", () => {
  let nowMs: number;
  let busyMs: number;
  let gate: LoadGate;
  beforeEach(() => {
    nowMs = 5000;
    busyMs = 1000;
    gate = new LoadGate({ nowMs: () => nowMs, busyMs: () => busyMs });
  });

  /** A window goes by in which the loop was busy for this share. */
  const pass = (share: number): void => {
    nowMs += 250;
    busyMs += 250 * share;
  };
  const admitted = (requests: number): number =>
    Array.from({ length: requests }, () => gate.admits()).filter(Boolean).length;

  test("lets everything through while the loop has time", () => {
    pass(0.5);
    assert.equal(admitted(1000), 1000);
  });

  test("answers two hundred at once and no more after a window that was busy", () => {
    pass(0.9);
    assert.equal(admitted(1000), 200);
  });

  test("answers forty a second for as long as the loop is busy", () => {
    pass(0.9);
    admitted(1000);
    let answered = 0;
    for (let window = 0; window < 40; window += 1) {
      pass(0.9);
      answered += admitted(1000);
    }
    assert.equal(answered, 400);
  });

  test("opens again after a window in which the loop had time", () => {
    pass(0.9);
    admitted(1000);
    pass(0.1);
    assert.equal(admitted(1000), 1000);
  });

  test("judges what went by since the last request, however long it was", () => {
    nowMs += 60_000;
    busyMs += 300;
    assert.equal(admitted(1000), 1000);
  });
});
