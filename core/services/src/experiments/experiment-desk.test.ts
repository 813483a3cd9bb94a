import assert from "node:assert/strict";
import { test } from "node:test";
import { wallSeconds } from "@sc/domain";
import type { ExperimentDraft } from "@sc/ports";
import { historyReading, InMemoryDocumentStore, InMemoryHistoryStore } from "@sc/ports/testing";
import { TickingClock } from "../service-loop/ticking-clock.ts";
import { ExperimentDesk } from "./experiment-desk.ts";

const begin = historyReading(0, {}).stamp;

async function deskOf({ store = new InMemoryDocumentStore() } = {}) {
  const [clock, history] = [new TickingClock(), new InMemoryHistoryStore()];
  let last = 0;
  const newId = () => {
    last += 1;
    return `id-${last}`;
  };
  const desk = new ExperimentDesk({ clock, store, history, newId });
  const loaded = await store.load();
  assert.ok(loaded.ok);
  desk.take(loaded.value);
  return { desk, clock, history, store };
}

const draft = (times: object = {}): ExperimentDraft => ({
  kind: "experiment",
  content: { experimentId: "load", username: "ana", ...times },
});
const testDraft = (testName: string, times: object): ExperimentDraft => ({
  kind: "experiment-test",
  content: {
    experimentId: "load",
    username: "ana",
    testName,
    testId: `load_${testName}`,
    ...times,
  },
});

test("what was added is there, with its times, also after a restart", async () => {
  const { desk, store, clock } = await deskOf();
  const added = await desk.add(draft({ startTime: 5 }));
  assert.ok(added.ok);
  const now = Math.trunc(clock.wall());
  assert.deepEqual(added.value.content, {
    ...{ experimentId: "load", username: "ana", startTime: 5 },
    ...{ createdTime: now, updatedTime: now },
  });
  const { desk: again } = await deskOf({ store });
  assert.deepEqual(again.list("experiment"), { ok: true, value: [added.value] });
  assert.deepEqual(again.list("experiment-test"), { ok: true, value: [] });
});

test("a change is made from the newest revision only, and keeps when it was made first", async () => {
  const { desk, clock } = await deskOf();
  const added = await desk.add(draft());
  assert.ok(added.ok);
  clock.tick(5);
  const changed = await desk.replace(added.value, draft({ endTime: 9 }));
  assert.ok(changed.ok);
  const { createdTime, updatedTime, endTime } = changed.value.content;
  assert.deepEqual([updatedTime - createdTime, endTime], [5, 9]);
  const stale = await desk.replace(added.value, draft());
  assert.equal(stale.ok ? "" : stale.error.code, "SC_STORE_STALE_REVISION");
  const removed = await desk.remove("experiment", added.value);
  assert.equal(removed.ok ? "" : removed.error.code, "SC_STORE_STALE_REVISION");
  assert.deepEqual(await desk.remove("experiment", changed.value), { ok: true, value: undefined });
  assert.deepEqual(desk.list("experiment"), { ok: true, value: [] });
});

test("nothing is known before what is stored was read", async () => {
  const { clock, history, store } = await deskOf();
  const desk = new ExperimentDesk({ clock, store, history, newId: () => "id" });
  for (const answer of [desk.list("experiment"), await desk.add(draft())]) {
    assert.equal(answer.ok ? "" : answer.error.code, "SC_NOT_READY");
  }
});

/** One core used of two for `count` seconds from `from` on, of four reserved. */
function measure(history: InMemoryHistoryStore, name: string, from: number, count: number): void {
  for (let at = from; at <= from + count; at += 1) {
    const since = at - from;
    history.appendReading(
      historyReading(at, {
        [name]: {
          cpuUsedCoreSeconds: since,
          cpuAllocatedCoreSeconds: 2 * since,
          cpuReservedCoreSeconds: 4 * since,
          memUsedMibSeconds: 100 * since,
          memAllocatedMibSeconds: 200 * since,
          memReservedMibSeconds: 400 * since,
        },
      }),
    );
  }
}

const isNear = (a: number | undefined, b: number): void =>
  assert.ok(Math.abs((a ?? Number.NaN) - b) < 0.02 * Math.max(1, b), `${a} is not ${b}`);

test("a report has what each structure used, had and reserved over the time, and what is missing", async () => {
  const { desk, history } = await deskOf();
  measure(history, "web", 0, 100);
  measure(history, "late", 50, 50);
  measure(history, "before", -500, 100);
  await desk.add(draft({ startTime: begin, endTime: begin + 100 }));
  const report = await desk.report({ experimentId: "load" });
  assert.ok(report.ok, JSON.stringify(report));
  const { seconds, structures } = report.value;
  assert.equal(seconds, 100);
  assert.deepEqual(
    structures.map(({ structure }) => structure),
    ["late", "web"],
  );
  const [late, web] = structures;
  isNear(web?.resources.cpu.used, 100);
  isNear(web?.resources.cpu.allocated, 200);
  isNear(web?.resources.mem.reserved, 40_000);
  isNear(web?.resources.cpu.utilization, 0.5);
  isNear(web?.missing, 0);
  isNear(late?.resources.cpu.used, 50);
  isNear(late?.missing, 0.5);
});

test("a report of a test is of its own time, and the newest of one name counts", async () => {
  const { desk, history, clock } = await deskOf();
  measure(history, "web", 0, 100);
  await desk.add(draft({ startTime: begin, endTime: begin + 100 }));
  await desk.add(testDraft("a", { startTime: begin, endTime: begin + 90 }));
  clock.tick();
  await desk.add(testDraft("a", { startTime: begin + 10, endTime: begin + 40 }));
  const report = await desk.report({ experimentId: "load", testName: "a" });
  assert.ok(report.ok);
  assert.equal(report.value.seconds, 30);
  isNear(report.value.structures[0]?.resources.cpu.used, 30);
});

test("what is unknown, or has no time, has no report, and the reason is told", async () => {
  const { desk, history } = await deskOf();
  const codeOf = async (testName?: string) => {
    const report = await desk.report({ experimentId: "load", testName });
    return report.ok ? "" : report.error.code;
  };
  assert.equal(await codeOf(), "SC_EXPERIMENT_UNKNOWN");
  await desk.add(draft());
  assert.equal(await codeOf(), "SC_EXPERIMENT_NOT_TIMED");
  await desk.add(testDraft("a", { startTime: 9, endTime: 9 }));
  assert.equal(await codeOf("a"), "SC_EXPERIMENT_NOT_TIMED");
  await desk.add(testDraft("b", { startTime: wallSeconds(9), endTime: 19 }));
  history.fail({ code: "SC_HISTORY_LOCKED", text: "locked" });
  assert.equal(await codeOf("b"), "SC_HISTORY_UNAVAILABLE");
});
