import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { historyMetrics, wallSeconds } from "@sc/domain";
import { nameFor } from "@sc/domain/testing";
import type { UsageHistoryRange } from "@sc/ports";
import { containerCalled, orchestrate } from "./orchestrator-fixture.ts";

const now = 6000;

async function historyOf(name: string) {
  const made = await orchestrate([containerCalled("web")]);
  for (const stamp of [now - 100, now - 99, now - 98]) {
    made.history.appendReading({
      stamp: wallSeconds(stamp),
      structures: [nameFor(name)],
      values: new Float64Array(historyMetrics.length).fill(stamp),
    });
  }
  return made;
}

test("without a range it is the last hour, in at most 300 steps", async () => {
  const { orchestrator } = await historyOf("web");
  const answer = await orchestrator.usageHistories.usageHistory("web", {});
  assert.ok(answer.ok);
  assert.equal(answer.value.stepSeconds, 12);
  assert.ok(answer.value.stamps.length > 0);
});

test("of a container that is gone there is what was kept", async () => {
  const { orchestrator } = await historyOf("gone");
  const answer = await orchestrator.usageHistories.usageHistory("gone", {});
  assert.ok(answer.ok);
  assert.ok(answer.value.stamps.length > 0);
});

test("of one that is known, in a time nothing is known of, there is an empty answer", async () => {
  const { orchestrator } = await historyOf("gone");
  for (const name of ["gone", "web"]) {
    const answer = await orchestrator.usageHistories.usageHistory(name, { from: 1, to: 2 });
    assert.equal(answer.ok && answer.value.stamps.length, 0);
  }
});

describe("a question is refused with its code and field:", () => {
  const cases: readonly (readonly [string, UsageHistoryRange, string, string | undefined])[] = [
    ["bogus", {}, "SC_STRUCTURE_UNKNOWN", undefined],
    ["a/b", {}, "SC_NAME_INVALID", undefined],
    ["web", { from: 10, to: 10 }, "SC_VALUE_OUT_OF_RANGE", "from"],
    ["web", { from: 11, to: 10 }, "SC_VALUE_OUT_OF_RANGE", "from"],
    ["web", { from: Number.NaN }, "SC_VALUE_OUT_OF_RANGE", "from"],
    ["web", { to: Infinity }, "SC_VALUE_OUT_OF_RANGE", "to"],
    ["web", { to: 1e300 }, "SC_VALUE_OUT_OF_RANGE", "to"],
    ["web", { stepSeconds: 0 }, "SC_VALUE_OUT_OF_RANGE", "stepSeconds"],
    ["web", { stepSeconds: -1 }, "SC_VALUE_OUT_OF_RANGE", "stepSeconds"],
    ["web", { stepSeconds: Number.NaN }, "SC_VALUE_OUT_OF_RANGE", "stepSeconds"],
    ["web", { from: 0, to: 100_001, stepSeconds: 1 }, "SC_VALUE_OUT_OF_RANGE", "stepSeconds"],
  ];
  for (const [name, range, code, field] of cases) {
    test(`${name} ${Object.entries(range).join(" ")}`, async () => {
      const { orchestrator } = await historyOf("web");
      const answer = await orchestrator.usageHistories.usageHistory(name, range);
      assert.ok(!answer.ok);
      assert.deepEqual([answer.error.code, answer.error.field], [code, field]);
    });
  }
});

test("a history that cannot be read is told with its cause", async () => {
  const { history, orchestrator } = await historyOf("web");
  history.fail({ code: "SC_HISTORY_CORRUPT", text: "damaged" });
  const answer = await orchestrator.usageHistories.usageHistory("web", {});
  assert.equal(!answer.ok && answer.error.code, "SC_HISTORY_UNAVAILABLE");
  assert.match(answer.ok ? "" : answer.error.detail, /SC_HISTORY_CORRUPT.*damaged/);
});
