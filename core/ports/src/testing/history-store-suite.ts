import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, test } from "node:test";
import {
  type Change,
  type ContainerId,
  type HistoryMetric,
  type HistoryReading,
  type HistoryRecord,
  historyMetrics,
  monotonicSeconds,
  parseStructureName,
  type ResourceEvent,
  reason,
  type ScalingRequest,
  type StructureName,
  wallSeconds,
} from "@sc/domain";
import type { HistoryStore } from "../history-store.ts";

export interface HistoryStoreHarness {
  readonly store: HistoryStore;
  /** What was appended, after a restart in good order: `store` may be closed by it. */
  reopen(): Promise<HistoryStore>;
  close(): Promise<void>;
}

const begin = 1_790_000_000;

/** A reading for tests, `seconds` after a fixed time; what is not named is not known. */
export function historyReading(
  seconds: number,
  values: Readonly<Record<string, { readonly [Metric in HistoryMetric]?: number }>>,
): HistoryReading {
  const rows = Object.entries(values);
  return {
    stamp: wallSeconds(begin + seconds),
    structures: rows.map(([name]) => structureName(name)),
    values: Float64Array.from(
      rows.flatMap(([, row]) => historyMetrics.map(({ name }) => row[name] ?? Number.NaN)),
    ),
  };
}

/** The promise of `HistoryStore`: what was appended is told truly, now and after a restart. */
export function historyStoreSuite(name: string, make: () => Promise<HistoryStoreHarness>): void {
  describe(`${name} as history store`, () => {
    let harness: HistoryStoreHarness;
    beforeEach(async () => {
      harness = await make();
    });
    afterEach(() => harness.close());

    usageTests(() => harness);
    badReadingTests(() => harness);
    recordTests(() => harness);
  });
}

function structureName(name: string): StructureName {
  const parsed = parseStructureName(name);
  assert.ok(parsed.ok);
  return parsed.value;
}

const question = (name: string, { from = -1000, to = 100_000, stepSeconds = 1 } = {}) => ({
  structure: structureName(name),
  from: wallSeconds(begin + from),
  to: wallSeconds(begin + to),
  stepSeconds,
});

async function usageOf(store: HistoryStore, ...asked: Parameters<typeof question>) {
  const answer = await store.usage(question(...asked));
  assert.ok(answer.ok, JSON.stringify(answer));
  return answer.value;
}

async function structuresOf(store: HistoryStore): Promise<readonly StructureName[]> {
  const answer = await store.structures();
  assert.ok(answer.ok, JSON.stringify(answer));
  return answer.value;
}

const isNear = (a: number | undefined, b: number, what: string): void =>
  assert.ok(Math.abs((a ?? Number.NaN) - b) <= 0.01, `${what} is ${a}, not ${b}`);

/** One core used of two, half a GiB in use of one, throttled for a tenth. */
const busy = (at: number) => ({
  cpuUsedCoreSeconds: 100 + at,
  cpuAllocatedCoreSeconds: 50 + 2 * at,
  cpuReservedCoreSeconds: 3 * at,
  cpuThrottledSeconds: at / 10,
  cpuLimitShares: 200,
  memUsedMib: 512,
  memLimitMib: 1024,
  memUsedMibSeconds: 512 * at,
  memAllocatedMibSeconds: 1024 * at,
  memReservedMibSeconds: 2048 * at,
});

function usageTests(harness: () => HistoryStoreHarness): void {
  test("a history nothing was appended to knows nothing", async () => {
    const { store } = harness();
    assert.deepEqual(await structuresOf(store), []);
    const { stamps, sums } = await usageOf(store, "web");
    assert.deepEqual([stamps.length, sums.seconds], [0, 0]);
  });

  test("an answer holds what was appended before, also after a restart", async () => {
    const { store, reopen } = harness();
    for (let at = 0; at <= 110; at += 1) store.appendReading(historyReading(at, { web: busy(at) }));
    for (const open of [async () => store, reopen]) {
      const one = await open();
      const { stamps, cpu, mem, throttledRatio, sums } = await usageOf(one, "web");
      assert.deepEqual([stamps[0], stamps.length], [begin, 111]);
      isNear(cpu.used[109], 100, "cpu used");
      isNear(cpu.usedMax[109], 100, "the highest cpu used");
      isNear(cpu.allocated[77], 200, "cpu allocated");
      isNear(cpu.reserved[77], 300, "cpu reserved");
      isNear(cpu.limit[110], 200, "the cpu limit");
      isNear(mem.used[77], 512, "memory used");
      isNear(mem.usedMax[110], 512, "the highest memory used");
      isNear(mem.limit[77], 1024, "the memory limit");
      isNear(throttledRatio[77], 0.1, "throttled");
      isNear(sums.seconds, 110, "seconds");
      isNear(sums.cpu.used, 110, "core-seconds");
      isNear(sums.mem.reserved, 2048 * 110, "reserved MiB-seconds");
    }
  });

  test("missing is not zero, and no limit is no number", async () => {
    const { store, reopen } = harness();
    const noLimit = Number.POSITIVE_INFINITY;
    for (let at = 0; at < 10; at += 1)
      store.appendReading(
        historyReading(at, {
          web: { cpuLimitShares: at < 5 ? noLimit : 80, memLimitMib: noLimit },
        }),
      );
    const { cpu, mem } = await usageOf(await reopen(), "web");
    assert.ok(cpu.used.every(Number.isNaN));
    assert.ok(mem.usedMax.every(Number.isNaN));
    assert.deepEqual([cpu.limit[4], cpu.limit[5], mem.limit[9]], [noLimit, 80, noLimit]);
  });

  test("structures come and go, and those that are gone are still known", async () => {
    const { store, reopen } = harness();
    store.appendReading(historyReading(0, { web: busy(0), shop: busy(0) }));
    store.appendReading(historyReading(1, { shop: busy(1) }));
    store.appendReading(historyReading(2, { ["__proto__"]: busy(2), shop: busy(2) }));
    store.appendReading(historyReading(3, {}));
    const again = await reopen();
    assert.deepEqual(await structuresOf(again), ["__proto__", "shop", "web"]);
    isNear((await usageOf(again, "shop")).sums.cpu.used, 2, "what the shop used");
    assert.equal((await usageOf(again, "web")).stamps.length, 1);
  });

  test("an hour that is lived twice, as the clock steps back, is kept twice", async () => {
    const { store, reopen } = harness();
    for (let at = 0; at < 100; at += 1) {
      const clock = at < 50 ? at : at - 40;
      store.appendReading(historyReading(clock, { web: busy(at) }));
    }
    const { sums } = await usageOf(await reopen(), "web");
    isNear(sums.cpu.used, 98, "what was used in both");
    isNear(sums.seconds, 98, "how long both were");
  });

  test("the caller may use its arrays again", async () => {
    const { store } = harness();
    const reading = historyReading(0, { web: busy(0) });
    const values = reading.values.slice();
    store.appendReading({ ...reading, values });
    values.fill(7);
    isNear((await usageOf(store, "web")).cpu.limit[0], 200, "the limit");
  });
}

function badReadingTests(harness: () => HistoryStoreHarness): void {
  const good = historyReading(0, { web: busy(0) });
  const cases: readonly (readonly [what: string, reading: HistoryReading])[] = [
    ["without all of its values", { ...good, values: new Float64Array(3) }],
    ["of no time", { ...good, stamp: wallSeconds(Number.NaN) }],
  ];
  for (const [what, reading] of cases) {
    test(`a reading ${what} is lost and counted`, async () => {
      const { store } = harness();
      store.appendReading(reading);
      store.appendReading(good);
      assert.equal((await usageOf(store, "web")).stamps.length, 1);
      assert.equal(store.status().lostReadings, 1);
    });
  }

  test("what comes after the end is lost and counted", async () => {
    const { store } = harness();
    await store.close();
    store.appendReading(good);
    store.appendRecords([eventAt(1)]);
    const { lostReadings, lostRecords } = store.status();
    assert.deepEqual([lostReadings, lostRecords], [1, 1]);
  });
}

const moment = (at: number) => ({
  at: monotonicSeconds(at),
  stamp: wallSeconds(begin + at),
});

function eventAt(at: number, name = "web"): Extract<HistoryRecord, { kind: "event" }> {
  const event: ResourceEvent = {
    structure: structureName(name),
    resource: "cpu",
    direction: "up",
    rule: "cpu_exceeded_upper",
    used: 95.5,
    threshold: 90,
    ...moment(at),
  };
  return { kind: "event", event };
}

const request: ScalingRequest = {
  structure: structureName("web"),
  id: "id-web" as ContainerId,
  resource: "mem",
  amount: -75.25,
  from: 300,
  priority: 2,
  isRecommendation: true,
  policy: "serverless-rules",
  reason: reason("usage-below-lower", "used 20 of 300 MiB"),
  ...moment(5),
};

const change: Change = {
  host: "host",
  structure: structureName("web"),
  id: "id-web" as ContainerId,
  resource: "cpu",
  outcome: "refused",
  old: null,
  new: 120.5,
  author: { kind: "person", name: "root" },
  reason: reason("asked-by-person", "by root"),
  detail: reason("kernel-refused", "EINVAL"),
  sequence: 7,
  ...moment(6),
};

const otherHand: Change = {
  host: "host",
  structure: structureName("shop"),
  id: "id-shop" as ContainerId,
  resource: "mem",
  outcome: "noticed",
  old: undefined,
  new: null,
  author: { kind: "other-hand" },
  reason: reason("drift-adopted", "another hand wrote it"),
  sequence: undefined,
  ...moment(8),
};

function recordTests(harness: () => HistoryStoreHarness): void {
  const records: readonly HistoryRecord[] = [
    { kind: "request", request, held: reason("learning", "watched for 5 s") },
    { kind: "request", request: { ...request, ...moment(7) }, held: undefined },
    { kind: "change", change },
    { kind: "change", change: otherHand },
  ];

  test("records are told as they were, newest first, also after a restart", async () => {
    const { store, reopen } = harness();
    store.appendRecords(records);
    for (const open of [async () => store, reopen]) {
      const one = await open();
      const requests = await one.records({ kind: "request", limit: 10 });
      assert.deepEqual(requests, { ok: true, value: [records[1], records[0]] });
      const changes = await one.records({ kind: "change", limit: 10 });
      assert.deepEqual(changes, { ok: true, value: [records[3], records[2]] });
    }
  });

  test("records are found by structure and time, and no more than were asked for", async () => {
    const { store } = harness();
    for (let at = 0; at < 20; at += 1)
      store.appendRecords([eventAt(at, at % 2 === 0 ? "web" : "shop")]);
    const ask = async (more: object, limit = 100) => {
      const answer = await store.records({ kind: "event", limit, ...more });
      assert.ok(answer.ok);
      return answer.value.map(({ event }) => event.stamp - begin);
    };
    assert.equal((await ask({})).length, 20);
    assert.deepEqual(await ask({ structure: structureName("web") }, 3), [18, 16, 14]);
    const time = { from: wallSeconds(begin + 4), to: wallSeconds(begin + 7) };
    assert.deepEqual(await ask(time), [6, 5, 4]);
    assert.deepEqual(await ask({ ...time, structure: structureName("shop") }), [5]);
    assert.deepEqual(await ask({}, 0), []);
  });

  test("of records with one stamp the one appended last is the newest", async () => {
    const { store } = harness();
    store.appendRecords([eventAt(1, "first"), eventAt(1, "second")]);
    store.appendRecords([eventAt(1, "third")]);
    const answer = await store.records({ kind: "event", limit: 2 });
    assert.ok(answer.ok);
    assert.deepEqual(
      answer.value.map(({ event }) => event.structure),
      ["third", "second"],
    );
  });
}
