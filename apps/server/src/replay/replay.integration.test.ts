import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { ApiClient, ApiError } from "@sc/api-client";
import type { ReplayQuestion } from "@sc/contracts";
import { SimulatedServer } from "../testing/simulated-server.ts";

/** What the container of the simulated server uses all the time, and what it may use. */
const used = 50;
const limit = 200;
const seconds = 180;

describe("a replay over the API, of a history in SQLite", () => {
  let server: SimulatedServer | undefined;
  let api: ApiClient | undefined;

  before(async () => {
    server = await SimulatedServer.start();
    api = new ApiClient({ target: { kind: "socket", path: server.places.socketPath } });
    for (let second = 0; second < seconds; second += 1) {
      await server.pass();
      // Virtual seconds are shorter than it takes to keep them: an answer sees all that came before.
      if (second % 20 === 0) await api.usageHistory("web", { from: 0, to: 1, step: 1 });
    }
  });
  after(() => server?.close());

  const replay = (name: string, question: ReplayQuestion) => {
    assert.ok(api !== undefined);
    return api.replay(name, question);
  };
  const refusal = (name: string, question: ReplayQuestion) =>
    replay(name, question).then(
      () => "none",
      (error: unknown) => (error instanceof ApiError ? error.code : String(error)),
    );

  test("says what was, as it was recorded, and what another policy would have made of it", async () => {
    const question = { resource: "cpu", policy: "burst-quota", brakes: "none" } as const;
    const answer = await replay("web", question);
    const { coverage, was, wouldHaveBeen } = answer;
    assert.ok(Math.abs(coverage.seconds - seconds) < 5, `${coverage.seconds}`);
    assert.deepEqual([was.peakLimit, was.meanLimit, was.changesPerMinute], [limit, limit, 0]);
    assert.ok(Math.abs((was.utilization ?? 0) - used / limit) < 0.01, `${was.utilization}`);
    assert.equal(wouldHaveBeen.peakLimit, limit);
    assert.ok((wouldHaveBeen.utilization ?? 0) > 0.5, `${wouldHaveBeen.utilization}`);
    assert.ok((wouldHaveBeen.changesPerMinute ?? 0) > 0);
  });

  test("runs the rules that are in force, within the band and under the brakes in force", async () => {
    const braked = await replay("web", { resource: "cpu", policy: "serverless-rules" });
    const question = { resource: "cpu", policy: "serverless-rules", brakes: "none" } as const;
    const unbraked = await replay("web", { ...question, max: 150 });
    assert.equal(unbraked.wouldHaveBeen.peakLimit, 150);
    assert.ok(Number(unbraked.wouldHaveBeen.meanLimit) < Number(braked.wouldHaveBeen.meanLimit));
  });

  test("of memory is one of memory", async () => {
    const answer = await replay("db", { resource: "mem", policy: "memory-pressure", max: 1024 });
    assert.equal(answer.wouldHaveBeen.kills, 0);
    assert.equal(answer.was.meanLimit, null);
  });

  test("leaves what is in force as it is", async () => {
    const state = server?.state();
    await replay("web", { resource: "cpu", policy: "percentile", brakes: "none" });
    assert.equal(server?.state(), state);
  });

  test("is refused where there is nothing to replay", async () => {
    const question = { resource: "cpu", policy: "burst-quota" } as const;
    assert.equal(await refusal("gone", question), "SC_STRUCTURE_UNKNOWN");
    assert.equal(await refusal("web", { ...question, policy: "mine" }), "SC_POLICY_UNKNOWN");
    assert.equal(await refusal("web", { ...question, from: 1, to: 100 }), "SC_REPLAY_NO_DATA");
    assert.equal(await refusal("web", { ...question, from: 9, to: 8 }), "SC_VALUE_OUT_OF_RANGE");
    assert.equal(await refusal("web", { ...question, from: 0, to: 1e6 }), "SC_VALUE_OUT_OF_RANGE");
    assert.equal(await refusal("web", { ...question, from: 1e300 }), "SC_VALUE_OUT_OF_RANGE");
  });
});
