import assert from "node:assert/strict";
import { test } from "node:test";
import { KeptLog, TickingClock } from "../service-loop/ticking-clock.ts";
import { CatalogueKeeper } from "./catalogue-keeper.ts";

test("what a process died in is looked at on start and until it is done, whatever fails", async () => {
  const timers = new TickingClock();
  const log = new KeptLog();
  let asked = 0;
  let failure: Error | undefined = new Error("a bug");
  const undoUnfinished = async (): Promise<void> => {
    asked += 1;
    if (failure !== undefined) throw failure;
  };
  const uses = { start: () => {}, stop: () => {} };
  const keeper = new CatalogueKeeper({ desk: { undoUnfinished }, uses, timers, log });
  assert.equal(keeper.health().status, "stopped");
  keeper.start();
  keeper.start();
  await Promise.resolve();
  assert.equal(asked, 1);
  assert.deepEqual(keeper.health(), { status: "failing", lastError: "Error: a bug" });
  failure = undefined;
  timers.tick(5);
  await Promise.resolve();
  assert.equal(asked, 2);
  assert.equal(keeper.health().status, "running");
  await keeper.stop();
  timers.tick(10);
  assert.equal(asked, 2);
});
