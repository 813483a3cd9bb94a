import assert from "node:assert/strict";
import { test } from "node:test";
import type { OutsideReading } from "@sc/ports";
import { FakeUsageReader } from "@sc/ports/testing";
import { KeptLog, TickingClock } from "../service-loop/ticking-clock.ts";
import { PulledUsage } from "./pulled-usage.ts";

function pulledOf() {
  const [clock, reader, log] = [new TickingClock(), new FakeUsageReader(), new KeptLog()];
  const taken: OutsideReading[] = [];
  const intake = {
    take: (origin: string, readings: readonly OutsideReading[]) => {
      assert.equal(origin, "pulled");
      taken.push(...readings);
    },
  };
  const options = { everySeconds: 5, windowSeconds: 10, delaySeconds: 20 };
  const pulled = new PulledUsage({ reader, intake, options, clock, timers: clock, log });
  pulled.start();
  const tick = async (seconds: number) => {
    for (let passed = 0; passed < seconds; passed += 1) {
      clock.tick();
      for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
    }
  };
  return { pulled, reader, taken, clock, log, tick };
}

test("what a store knows is handed on, of a window that ended as long ago as is set", async () => {
  const { reader, taken, clock, tick } = pulledOf();
  reader.used.cpu = new Map([
    ["web", 120],
    ["db", 0],
  ]);
  await tick(1);
  const asked = reader.asked.find(({ resource }) => resource === "cpu");
  assert.ok(asked);
  assert.deepEqual([clock.wall() - asked.to, asked.to - asked.from], [20, 10]);
  assert.deepEqual(
    taken.map(({ structure, resource, used, windowSeconds }) => [
      ...[structure, resource, used, windowSeconds],
    ]),
    [
      ["web", "cpu", 120, 10],
      ["db", "cpu", 0, 10],
    ],
  );
  await tick(10);
  assert.equal(reader.asked.length, 6);
});

test("a resource that is not answered stops no other, is not asked twice, and is told of", async () => {
  const { pulled, reader, taken, log, tick } = pulledOf();
  reader.used.mem = new Map([["web", 512]]);
  reader.hanging.add("cpu");
  await tick(11);
  assert.equal(taken.length, 3);
  assert.equal(reader.asked.filter(({ resource }) => resource === "cpu").length, 1);
  await pulled.stop();

  reader.hanging.clear();
  reader.silent.add("cpu");
  pulled.start();
  await tick(11);
  assert.equal(taken.length, 6);
  assert.deepEqual(
    pulled.problems().map(({ code, text }) => [code, text]),
    [["SC_USAGE_NOT_PULLED", "what is used of cpu cannot be pulled: connection refused"]],
  );
  reader.silent.clear();
  await tick(6);
  assert.deepEqual(pulled.problems(), []);
  assert.deepEqual(log.lines, ["warn usage cannot be pulled", "info usage is pulled again"]);
});

test("one bad series is missing and told of, and the others are taken", async () => {
  const { pulled, reader, taken, tick } = pulledOf();
  reader.used.cpu = new Map([
    ["web", 120],
    ["negative", -1],
    ["nothing", Number.NaN],
    ["endless", Infinity],
    ["not a name", 3],
  ]);
  reader.unusable = 1;
  await tick(1);
  assert.deepEqual(
    taken.map(({ structure }) => structure),
    ["web"],
  );
  assert.match(pulled.problems()[0]?.text ?? "", /4 of 6 series/);
});

test("an answer that comes after the stop is not taken", async () => {
  const { pulled, reader, taken, tick } = pulledOf();
  reader.used.cpu = new Map([["web", 120]]);
  reader.hanging.add("cpu");
  await tick(1);
  await pulled.stop();
  await tick(5);
  assert.deepEqual(taken, []);
});
