import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { VirtualClock } from "@sc/simulation";
import { runSimulated } from "./simulated.ts";

const run = (signal = new AbortController().signal) =>
  runSimulated({
    clock: new VirtualClock(),
    cores: 2,
    display: { say: () => undefined, show: () => undefined },
    maxShares: 80,
    pace: async () => undefined,
    signal,
  });

describe("the demo on a simulated host", () => {
  test("the same work under limits that follow the usage is better utilized and hardly longer", async () => {
    const { containers, rows } = await run();
    const [fixed, scaled] = rows;
    assert.equal(containers, "simulated");
    assert.ok(fixed !== undefined && scaled !== undefined);
    assert.ok(Math.abs(fixed.used - scaled.used) < 0.05, `${fixed.used} and ${scaled.used}`);
    assert.ok(scaled.utilization >= 1.5 * fixed.utilization, JSON.stringify(rows));
    assert.ok(scaled.runSeconds <= 1.06 * fixed.runSeconds, JSON.stringify(rows));
    assert.equal(fixed.changes, 0);
  });

  test("its result has exactly the published keys", async () => {
    const result = await run();
    assert.deepEqual(Object.keys(result), ["containers", "rows"]);
    assert.deepEqual(
      result.rows.map(({ arm }) => arm),
      ["fixed", "scaled"],
    );
    for (const { arm, ...figures } of result.rows) {
      assert.deepEqual(Object.keys(figures), [
        "runSeconds",
        "used",
        "allocated",
        "utilization",
        "throttledSeconds",
        "changes",
      ]);
      const areNumbers = Object.values(figures).every((figure) => Number.isFinite(figure));
      assert.ok(areNumbers, arm);
    }
  });

  test("it gives the same figures every time", async () => {
    assert.deepEqual(await run(), await run());
  });

  test("it ends when it is told to", async () => {
    const abort = AbortSignal.abort(new Error("ended by SIGINT"));
    await assert.rejects(run(abort), /SIGINT/);
  });
});
