import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { defaultBrakeSettings, type HistoryMetric, historyMetrics, wallSeconds } from "@sc/domain";
import { defaultsByRules, nameFor } from "@sc/domain/testing";
import type { ReplayFailure, ReplayQuestion } from "@sc/ports";
import { FakeReplayRunner, type InMemoryHistoryStore } from "@sc/ports/testing";
import { deskWith } from "../live-documents/document-desk-fixture.ts";
import {
  change,
  containerCalled,
  orchestrate,
  totals,
} from "../orchestrator/orchestrator-fixture.ts";
import { ReplayDesk } from "./replay-desk.ts";

const never = new AbortController().signal;
const to = 6000;
const brakes = { ...defaultBrakeSettings };

/** Half a core of two that were allowed, and 100 of 400 MiB, a reading a second. */
function remember(
  history: InMemoryHistoryStore,
  name: string,
  seconds: { readonly from: number; readonly to: number },
  changed: Partial<Record<HistoryMetric, (stamp: number) => number>> = {},
): void {
  const values: Readonly<Record<HistoryMetric, (stamp: number) => number>> = {
    cpuUsedCoreSeconds: (stamp) => stamp * 0.5,
    cpuAllocatedCoreSeconds: (stamp) => stamp * 2,
    cpuReservedCoreSeconds: (stamp) => stamp * 2,
    cpuThrottledSeconds: () => 0,
    cpuLimitShares: () => 200,
    memUsedMib: () => 100,
    memLimitMib: () => 400,
    memUsedMibSeconds: (stamp) => stamp * 100,
    memAllocatedMibSeconds: (stamp) => stamp * 400,
    memReservedMibSeconds: (stamp) => stamp * 400,
    ...changed,
  };
  for (let stamp = seconds.from; stamp <= seconds.to; stamp += 1) {
    history.appendReading({
      stamp: wallSeconds(stamp),
      structures: [nameFor(name)],
      values: Float64Array.from(historyMetrics, (metric) => values[metric.name](stamp)),
    });
  }
}

async function replays(running: readonly string[] = ["web"]) {
  const { history, orchestrator, registry } = await orchestrate(
    running.map((n) => containerCalled(n)),
  );
  const { desk: documents } = await deskWith();
  const runner = new FakeReplayRunner();
  const desk = new ReplayDesk({
    clock: { wall: () => wallSeconds(to) },
    histories: orchestrator.usageHistories,
    history,
    registry,
    defaults: defaultsByRules,
    totals,
    documents,
    brakes: () => brakes,
    runner,
  });
  return { desk, history, registry, runner };
}

const asked: ReplayQuestion = { resource: "cpu", policy: "serverless-rules", from: 5400, to };

async function answerTo(
  question: Partial<ReplayQuestion>,
  made: Awaited<ReturnType<typeof replays>>,
) {
  const answer = await made.desk.replay("web", { ...asked, ...question }, never);
  assert.ok(answer.ok, JSON.stringify(answer));
  return answer.value;
}

describe("a replay", () => {
  test("has what was beside what would have been", async () => {
    const made = await replays();
    remember(made.history, "web", { from: 5400, to });
    const answer = await answerTo({}, made);
    assert.deepEqual(answer.was, {
      used: 300,
      allocated: 1200,
      utilization: 0.25,
      meanLimit: 200,
      peakLimit: 200,
      throttledRatio: 0,
      changesPerMinute: 0,
    });
    assert.equal(answer.wouldHaveBeen.used, 300);
    assert.deepEqual(answer.coverage, { seconds: 600, ratio: 1 });
    assert.deepEqual([answer.from, answer.to, answer.stepSeconds], [5400, 6000, 1]);
  });

  test("is of memory in MiB", async () => {
    const made = await replays();
    remember(made.history, "web", { from: 5400, to });
    const { was, notes } = await answerTo({ resource: "mem" }, made);
    assert.deepEqual([was.used, was.allocated, was.peakLimit], [60_000, 240_000, 400]);
    assert.equal(was.throttledRatio, undefined);
    assert.match(notes.join("\n"), /page cache/);
  });

  test("gives the runner the settings, rules and brakes in force", async () => {
    const made = await replays();
    remember(made.history, "web", { from: 5400, to });
    const cpu = { min: 50, boundary: { percent: 20, of: "current" } } as const;
    await made.registry.update(
      { structures: [{ name: nameFor("web"), resources: { cpu } }] },
      "required",
    );
    await answerTo({}, made);
    await answerTo({ min: 10, max: 400, brakes: "none" }, made);
    const [first, second] = made.runner.tasks;
    assert.deepEqual(first?.settings, { min: 50, max: 200, boundary: cpu.boundary });
    assert.equal(first.brakes, brakes);
    assert.equal(first.rules.resource, "cpu");
    assert.deepEqual(second?.settings, { min: 10, max: 400, boundary: cpu.boundary });
    assert.equal(second.brakes, "none");
  });

  test("without a time is of the last day", async () => {
    const made = await replays();
    remember(made.history, "web", { from: 5400, to });
    const { from, coverage } = await answerTo({ from: undefined, to: undefined }, made);
    assert.equal(from, to - 86_400);
    assert.ok(coverage.ratio < 0.01);
  });

  test("leaves a gap out, and says so", async () => {
    const made = await replays();
    remember(made.history, "web", { from: 5400, to: 5550 });
    remember(made.history, "web", { from: 5850, to });
    const { coverage, notes, was } = await answerTo({}, made);
    assert.equal(coverage.ratio, 0.5);
    assert.deepEqual(made.runner.tasks[0]?.used, new Float64Array(300).fill(50));
    assert.equal(was.utilization, 0.25);
    assert.match(notes.join("\n"), /50 % of the time is not known and was left out/);
  });

  test("says for how long the load was held back", async () => {
    const made = await replays();
    const held = { cpuThrottledSeconds: (stamp: number) => stamp * 0.25 };
    remember(made.history, "web", { from: 5400, to }, held);
    const { notes, was } = await answerTo({}, made);
    assert.equal(was.throttledRatio, 0.25);
    assert.match(notes.join("\n"), /throttled for 25 % of the time: more may have been wanted/);
  });

  test("has no limit where there was none", async () => {
    const made = await replays();
    remember(made.history, "web", { from: 5400, to }, { cpuLimitShares: () => Infinity });
    const { was } = await answerTo({}, made);
    assert.deepEqual([was.meanLimit, was.peakLimit], [null, null]);
  });

  test("counts the changes of the time, of its resource, that were made", async () => {
    const made = await replays();
    remember(made.history, "web", { from: 5400, to });
    const changes = [
      change("web", 500),
      change("web", 600),
      change("web", 100),
      change("web", 700, { outcome: "refused" }),
      change("web", 700, { resource: "mem" }),
      change("db", 700),
    ];
    made.history.appendRecords(changes.map((each) => ({ kind: "change", change: each })));
    assert.equal((await answerTo({}, made)).was.changesPerMinute, 0.2);
  });

  test("of a structure that is gone begins at the highest limit it had", async () => {
    const made = await replays([]);
    const limit = (stamp: number): number => (stamp < 5500 ? 150 : 120);
    remember(made.history, "web", { from: 5400, to }, { cpuLimitShares: limit });
    const { min, max } = await answerTo({}, made);
    assert.deepEqual([min, max], [10, 150]);
  });

  test("whose max is below the min in force has that min", async () => {
    const made = await replays();
    remember(made.history, "web", { from: 5400, to });
    const { min, max } = await answerTo({ max: 5 }, made);
    assert.deepEqual([min, max], [5, 5]);
  });
});

describe("a replay is refused with its code and field:", () => {
  const cases: readonly (readonly [string, Partial<ReplayQuestion>, string, string | undefined])[] =
    [
      ["bogus", {}, "SC_STRUCTURE_UNKNOWN", undefined],
      ["a/b", {}, "SC_NAME_INVALID", undefined],
      ["web", { policy: "nobody's" }, "SC_POLICY_UNKNOWN", "policy"],
      ["web", { from: 6001 }, "SC_VALUE_OUT_OF_RANGE", "from"],
      ["web", { from: 6000 }, "SC_VALUE_OUT_OF_RANGE", "from"],
      ["web", { from: Number.NaN }, "SC_VALUE_OUT_OF_RANGE", "from"],
      ["web", { from: -Infinity }, "SC_VALUE_OUT_OF_RANGE", "from"],
      ["web", { to: Number.NaN }, "SC_VALUE_OUT_OF_RANGE", "to"],
      ["web", { from: 6000 - 7 * 86_400 - 1 }, "SC_VALUE_OUT_OF_RANGE", "from"],
      ["web", { min: 0 }, "SC_VALUE_OUT_OF_RANGE", "min"],
      ["web", { max: 401 }, "SC_VALUE_OUT_OF_RANGE", "max"],
      ["web", { max: Number.NaN }, "SC_VALUE_OUT_OF_RANGE", "max"],
      ["web", { min: 300 }, "SC_VALUE_OUT_OF_RANGE", "min"],
      ["web", { from: 100, to: 200 }, "SC_REPLAY_NO_DATA", undefined],
      ["web", { from: 5950 }, "SC_REPLAY_NO_DATA", undefined],
    ];
  for (const [name, question, code, field] of cases) {
    test(`${name} ${Object.entries(question).join(" ")}`, async () => {
      const made = await replays();
      remember(made.history, "web", { from: 5400, to });
      const answer = await made.desk.replay(name, { ...asked, ...question }, never);
      assert.ok(!answer.ok, JSON.stringify(answer));
      assert.deepEqual([answer.error.code, answer.error.field], [code, field]);
      assert.deepEqual(made.runner.tasks, []);
    });
  }

  const failures: readonly (readonly [ReplayFailure["kind"], string])[] = [
    ["too-long", "SC_REPLAY_TIMEOUT"],
    ["unsupported", "SC_REPLAY_UNSUPPORTED"],
    ["failed", "SC_REPLAY_FAILED"],
  ];
  for (const [kind, code] of failures) {
    test(`a runner that ends as ${kind}`, async () => {
      const made = await replays();
      remember(made.history, "web", { from: 5400, to });
      made.runner.failure = { kind, text: "why" };
      const answer = await made.desk.replay("web", asked, never);
      assert.deepEqual(
        [!answer.ok && answer.error.code, !answer.ok && answer.error.detail],
        [code, "why"],
      );
    });
  }

  test("a history that cannot be read", async () => {
    const made = await replays();
    made.history.fail({ code: "SC_HISTORY_LOCKED", text: "locked" });
    const answer = await made.desk.replay("web", asked, never);
    assert.equal(!answer.ok && answer.error.code, "SC_HISTORY_UNAVAILABLE");
  });
});
