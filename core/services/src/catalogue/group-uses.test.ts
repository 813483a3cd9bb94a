import assert from "node:assert/strict";
import { test } from "node:test";
import { type GroupSample, monotonicSeconds, wallSeconds } from "@sc/domain";
import { nameFor } from "@sc/domain/testing";
import { FakeBus } from "@sc/ports/testing";
import { GroupUses } from "./group-uses.ts";

const sample = (used: number | undefined, at: number): GroupSample => ({
  name: nameFor("shop"),
  at: monotonicSeconds(at),
  windowSeconds: 1,
  resources: {
    cpu: { members: [], used, limit: 200 },
    mem: { members: [], used: 100, limit: undefined },
  },
});

test("what an application uses is the newest that was told, as long as it says something of now", () => {
  const bus = new FakeBus();
  const clock = { now: 100 };
  const uses = new GroupUses({
    bus,
    clock: { monotonic: () => monotonicSeconds(clock.now), wall: () => wallSeconds(clock.now) },
  });
  const used = () => uses.usedBy(nameFor("shop"), "cpu");
  uses.start();
  uses.start();
  assert.equal(used(), undefined);
  bus.publish("groups", [sample(80, 100)]);
  bus.publish("groups", [sample(90, 101)]);
  assert.equal(used(), 90);
  assert.equal(uses.usedBy(nameFor("shop"), "net"), undefined);
  assert.equal(uses.usedBy(nameFor("shop"), "energy"), undefined);
  clock.now = 112;
  assert.equal(used(), undefined);
  bus.publish("groups", [sample(undefined, 112)]);
  assert.equal(used(), undefined);
  uses.stop();
  bus.publish("groups", [sample(70, 112)]);
  assert.equal(uses.usedBy(nameFor("shop"), "mem"), undefined);
});
