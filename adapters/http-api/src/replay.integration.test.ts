import assert from "node:assert/strict";
import { request } from "node:http";
import { describe, test } from "node:test";
import { setImmediate } from "node:timers/promises";
import { assertProblem, harnessToken, useApi } from "./testing/api-harness.ts";

const api = useApi();
const path = "/api/v1/structures/web/replay";
const body = { resource: "cpu", policy: "burst-quota" };
const asked = { method: "POST", path, body };

describe("a replay", () => {
  test("answers with both sides, null for no limit, and without what is not known", async () => {
    const { status, body: answer } = await api().overSocket(asked);
    assert.equal(status, 200);
    assert.deepEqual(answer.was, {
      used: 100,
      allocated: 200,
      utilization: 0.5,
      meanLimit: null,
      peakLimit: null,
      throttledRatio: 0,
    });
    assert.deepEqual([answer.policy, answer.brakes], ["burst-quota", "configured"]);
  });

  test("is asked for with all that may be said, times as numbers or before now", async () => {
    const all = {
      ...body,
      from: 1_700_000_000.5,
      to: "1700003600",
      min: 5,
      max: 50,
      brakes: "none",
    };
    await api().overSocket({ ...asked, body: all });
    const question = { ...all, to: 1_700_003_600 };
    assert.deepEqual(api().replays.asked, [{ name: "web", question }]);
    await api().overSocket({ ...asked, body: { ...body, from: "-24h" } });
    const from = api().replays.asked[1]?.question.from ?? 0;
    assert.ok(Math.abs(Date.now() / 1000 - 86_400 - from) < 60, `${from}`);
  });

  for (const [what, changed] of [
    ["no policy", { policy: undefined }],
    ["a resource that is none", { resource: "disk" }],
    ["a time that is none", { from: "yesterday" }],
    ["a time of a wrong type", { from: null }],
    ["brakes that are none", { brakes: true }],
    ["a min that is no number", { min: "5" }],
    ["an unknown key", { mode: "auto" }],
  ] as const) {
    test(`with ${what} is refused`, async () => {
      const answer = await api().overSocket({ ...asked, body: { ...body, ...changed } });
      assertProblem(answer, 400, "SC_REQUEST_INVALID");
      assert.deepEqual(api().replays.asked, []);
    });
  }

  test("over TCP needs the token, as it takes a core for minutes", async () => {
    assertProblem(await api().overTcp(asked), 401, "SC_TOKEN_NEEDED");
    const headers = { authorization: `Bearer ${harnessToken}` };
    assert.equal((await api().overTcp({ ...asked, headers })).status, 200);
  });

  test("is one at a time, and says when to ask again", async () => {
    const answering = Promise.withResolvers<void>();
    api().replays.isAnswering = answering.promise;
    const first = api().overSocket(asked);
    while (api().replays.asked.length < 1) await setImmediate();
    const second = await api().overSocket(asked);
    assertProblem(second, 429, "SC_REPLAY_BUSY");
    assert.equal(second.headers["retry-after"], "10");
    answering.resolve();
    assert.equal((await first).status, 200);
    assert.equal((await api().overSocket(asked)).status, 200);
  });

  test("is called off when who asked goes away, and the next one may come", async () => {
    api().replays.isAnswering = new Promise(() => {});
    const { socketPath } = api();
    const headers = { "content-type": "application/json" };
    const outgoing = request({ socketPath, method: "POST", path, headers, agent: false });
    outgoing.on("error", () => {});
    outgoing.end(JSON.stringify(body));
    while (api().replays.asked.length < 1) await setImmediate();
    const [signal] = api().replays.signals;
    assert.equal(signal?.aborted, false);
    outgoing.destroy();
    while (!signal.aborted) await setImmediate();
    api().replays.isAnswering = Promise.resolve();
    assert.equal((await api().overSocket(asked)).status, 200);
  });

  for (const [code, status] of [
    ["SC_REPLAY_NO_DATA", 404],
    ["SC_REPLAY_UNSUPPORTED", 400],
    ["SC_REPLAY_TIMEOUT", 504],
    ["SC_REPLAY_FAILED", 500],
    ["SC_POLICY_UNKNOWN", 400],
  ] as const) {
    test(`that ends with ${code} says so`, async () => {
      api().replays.refusal = { code, detail: "why" };
      assertProblem(await api().overSocket(asked), status, code);
    });
  }
});
