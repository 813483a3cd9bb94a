import assert from "node:assert/strict";
import { test } from "node:test";
import type { Service } from "./service.ts";
import { SupervisedService } from "./supervised-service.ts";
import { KeptLog, TickingClock } from "./ticking-clock.ts";

function supervised(failures: number) {
  const clock = new TickingClock();
  const calls: string[] = [];
  const faults = { starts: failures, stop: false };
  const service: Service = {
    name: "shaky",
    start: () => {
      calls.push(`start ${clock.monotonic() - 1000}`);
      faults.starts -= 1;
      if (faults.starts >= 0) throw new Error("not yet");
    },
    stop: async () => {
      calls.push("stop");
      if (faults.stop) throw new Error("never");
    },
    health: () => ({ status: "running", lastError: undefined }),
  };
  const log = new KeptLog();
  const failing: { at: string | undefined } = { at: undefined };
  const pass = async (seconds: number) => {
    for (let second = 0; second < seconds; second += 1) {
      clock.tick();
      for (let turn = 0; turn < 5; turn += 1) await Promise.resolve();
    }
  };
  return {
    calls,
    clock,
    failing,
    faults,
    log,
    pass,
    service: new SupervisedService(service, { timers: clock, log, failure: () => failing.at }),
  };
}

test("a service that starts is left alone", async () => {
  const { calls, pass, service } = supervised(0);
  service.start();
  await pass(60);
  assert.deepEqual(calls, ["start 0"]);
  assert.deepEqual([service.name, service.health().status], ["shaky", "running"]);
});

test("a service that cannot be started is shown, and started again until it runs", async () => {
  const { calls, pass, service } = supervised(2);
  service.start();
  assert.deepEqual(service.health(), {
    status: "failing",
    lastError: "it could not be started: not yet",
  });
  await pass(20);
  // What was begun is ended before each new start.
  assert.equal(calls.filter((call) => call === "stop").length, 2);
  assert.equal(calls.filter((call) => call.startsWith("start")).length, 3);
  assert.equal(service.health().status, "running");
});

test("it is tried less and less often, but at least every 30 s", async () => {
  const { calls, pass, service } = supervised(1000);
  service.start();
  await pass(300);
  const starts = calls.filter((call) => call.startsWith("start")).length;
  assert.ok(starts >= 10 && starts <= 16, `${starts} starts`);
});

test("a service that fails at its messages is shown as failing", () => {
  const { service, failing } = supervised(0);
  service.start();
  failing.at = "a bug (3 messages of usage)";
  assert.deepEqual(service.health(), { status: "failing", lastError: failing.at });
  failing.at = undefined;
  assert.equal(service.health().status, "running");
});

test("a stop ends the tries", async () => {
  const { calls, clock, pass, service } = supervised(1000);
  service.start();
  await service.stop();
  await pass(60);
  assert.deepEqual(calls, ["start 0", "stop"]);
  assert.equal(clock.timers, 0);
});

test("a service that cannot be stopped is told, and no more", async () => {
  const { faults, log, service } = supervised(0);
  service.start();
  faults.stop = true;
  await service.stop();
  assert.deepEqual(log.lines, ["error a service could not be stopped"]);
});
