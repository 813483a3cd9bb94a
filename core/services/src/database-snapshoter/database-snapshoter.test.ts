import assert from "node:assert/strict";
import { test } from "node:test";
import type { HistoryRecordKind } from "@sc/domain";
import {
  emptyAccounting,
  historyMetrics,
  monotonicSeconds,
  type Reason,
  type ResourceState,
  reason,
  type StructureSnapshot,
  type StructureState,
  wallSeconds,
} from "@sc/domain";
import { idFor, nameFor, requestFor } from "@sc/domain/testing";
import { FakeBus, InMemoryHistoryStore } from "@sc/ports/testing";
import { change } from "../orchestrator/orchestrator-fixture.ts";
import { KeptLog, TickingClock } from "../service-loop/ticking-clock.ts";
import { DatabaseSnapshoter } from "./database-snapshoter.ts";
import { readingOfSnapshot } from "./reading-of-snapshot.ts";

function keeperOf() {
  const bus = new FakeBus();
  const clock = new TickingClock();
  const history = new InMemoryHistoryStore();
  const settings = {
    isActive: true,
    rawHours: 24,
    tenSecondDays: 7,
    minuteDays: 90,
    sizeMaxMib: 2048,
    outputSeconds: 5,
  };
  const deps = { bus, clock, history, log: new KeptLog(), timers: clock };
  const keeper = new DatabaseSnapshoter({ ...deps, settings: () => settings });
  keeper.start();
  const kept = async <Kind extends HistoryRecordKind>(kind: Kind) => {
    const found = await history.records({ kind, limit: 1000 });
    assert.ok(found.ok);
    return found.value;
  };
  return { bus, clock, history, keeper, kept, settings };
}

const resource: ResourceState = {
  mode: "auto",
  min: 10,
  max: 200,
  current: 150,
  used: 70,
  upper: 130,
  lower: 110,
};

const state = (changed: Partial<StructureState> = {}): StructureState => ({
  name: nameFor("web"),
  id: idFor("web"),
  resources: { cpu: resource, mem: { ...resource, current: null } },
  accounting: {
    ...emptyAccounting,
    cpu: { used: 1, allocated: 2, reserved: 3 },
    mem: { used: 4, allocated: 5, reserved: 6 },
  },
  cpuUsedSeconds: 10,
  throttledSeconds: 0.5,
  ...changed,
});

const snapshotOf = (...structures: readonly StructureState[]): StructureSnapshot => ({
  host: "host1",
  at: monotonicSeconds(1),
  stamp: wallSeconds(5000),
  structures,
});

test("a reading has a column per metric: counters of the kernel, integrals of ours, no limit as infinite", () => {
  const { stamp, structures, values } = readingOfSnapshot(snapshotOf(state()));
  assert.equal(stamp, 5000);
  assert.deepEqual(structures, ["web"]);
  const byName = Object.fromEntries(historyMetrics.map(({ name }, at) => [name, values[at]]));
  assert.deepEqual(byName, {
    cpuUsedCoreSeconds: 10,
    cpuAllocatedCoreSeconds: 2,
    cpuReservedCoreSeconds: 3,
    cpuThrottledSeconds: 0.5,
    cpuLimitShares: 150,
    memUsedMib: 70,
    memLimitMib: Infinity,
    memUsedMibSeconds: 4,
    memAllocatedMibSeconds: 5,
    memReservedMibSeconds: 6,
  });
});

test("what is not known is NaN in a reading, never zero", () => {
  const unknown = { ...resource, current: undefined, used: undefined };
  const { values } = readingOfSnapshot(
    snapshotOf(
      state({
        resources: { cpu: unknown, mem: unknown },
        cpuUsedSeconds: undefined,
        throttledSeconds: undefined,
      }),
    ),
  );
  assert.equal(values.filter(Number.isNaN).length, 5);
});

test("a snapshot becomes usage that can be asked for, and an empty one nothing", async () => {
  const { bus, history } = keeperOf();
  bus.publish("structures", snapshotOf());
  bus.publish("structures", snapshotOf(state()));
  assert.deepEqual(await history.structures(), { ok: true, value: ["web"] });
});

test("every change is kept, however often they come", async () => {
  const { bus, kept } = keeperOf();
  for (const at of [1, 1, 2]) bus.publish("changes", [change("web", at)]);
  assert.equal((await kept("change")).length, 3);
});

const event = (name: string, at: number, direction: "up" | "down" = "up") => ({
  structure: nameFor(name),
  resource: "cpu" as const,
  direction,
  rule: "cpu_exceeded_upper",
  used: 95,
  threshold: 90,
  at: monotonicSeconds(at),
  stamp: wallSeconds(5000 + at),
});

test("an event that repeats is kept once a minute, for each structure and direction", async () => {
  const { bus, kept } = keeperOf();
  for (const at of [0, 1, 59, 60, 61]) bus.publish("events", [event("web", at)]);
  bus.publish("events", [event("db", 61), event("web", 61, "down")]);
  const stamps = (await kept("event")).map((record) => record.event.stamp - 5000);
  assert.deepEqual(stamps, [61, 61, 60, 0]);
});

const full: Reason = reason("host-full", "the host is full");

test("a request is kept with why it was held, once that is known", async () => {
  const { bus, clock, kept } = keeperOf();
  const asked = requestFor("web", { at: clock.monotonic() });
  bus.publish("requests", [asked]);
  bus.publish("held", [{ request: { ...asked }, reason: full }]);
  clock.tick(2);
  const [record] = await kept("request");
  assert.equal(record?.held?.code, "host-full");
});

test("a request that repeats is kept once a minute, and anew when it is held for another reason", async () => {
  const { bus, clock, kept } = keeperOf();
  for (let round = 0; round < 30; round += 1) {
    const asked = requestFor("web", { at: clock.monotonic(), stamp: clock.wall() });
    bus.publish("requests", [asked]);
    if (round < 20) bus.publish("held", [{ request: asked, reason: full }]);
    clock.tick();
  }
  const codes = (await kept("request")).map(({ held }) => held?.code);
  assert.deepEqual(codes, [undefined, "host-full"]);
});

test("a stop keeps the requests that still waited to be settled", async () => {
  const { bus, clock, keeper, kept } = keeperOf();
  bus.publish("requests", [requestFor("web", { at: clock.monotonic() })]);
  await keeper.stop();
  assert.equal((await kept("request")).length, 1);
  bus.publish("changes", [change("web", 1)]);
  assert.equal((await kept("change")).length, 0);
});

test("retention follows the settings", () => {
  const { clock, history, settings } = keeperOf();
  clock.tick();
  assert.equal(history.retention?.minuteDays, 90);
  settings.minuteDays = 30;
  clock.tick();
  assert.equal(history.retention?.minuteDays, 30);
});

test("nothing is kept while it is not active", async () => {
  const { bus, history, kept, settings } = keeperOf();
  settings.isActive = false;
  bus.publish("structures", snapshotOf(state()));
  bus.publish("changes", [change("web", 1)]);
  assert.deepEqual(await history.structures(), { ok: true, value: [] });
  assert.equal((await kept("change")).length, 0);
});

test("a store that cannot write is shown with what was lost, and nothing else happens", async () => {
  const { bus, history, keeper } = keeperOf();
  history.fail({ code: "SC_HISTORY_FULL", text: "no space left" });
  bus.publish("structures", snapshotOf(state(), state({ name: nameFor("db") })));
  bus.publish("changes", [change("web", 1)]);
  assert.deepEqual(bus.errors, []);
  assert.deepEqual(keeper.health(), {
    status: "failing",
    lastError: "no space left (lost: 2 readings, 1 records)",
  });
  history.fail(undefined);
  assert.equal(keeper.health().status, "running");
});
