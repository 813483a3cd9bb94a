import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { setImmediate } from "node:timers/promises";
import { assertProblem, useApi } from "./testing/api-harness.ts";

const api = useApi();
const path = "/api/v1/structures/web/history";

describe("usage over time", () => {
  test("comes in columns, with null for what is not known and for no limit", async () => {
    const { status, type, body } = await api().overSocket({ path });
    assert.equal(status, 200);
    assert.match(type, /^application\/json/);
    const unknown = [null, null, null];
    const used = [41.5, 41.5, 41.5];
    assert.deepEqual(body, {
      structure: "web",
      stepSeconds: 10,
      stamps: [1_700_000_000, 1_700_000_010, 1_700_000_020],
      cpu: { used, usedMax: used, limit: [200, 200, 200], allocated: used, reserved: used },
      mem: {
        used: unknown,
        usedMax: unknown,
        limit: unknown,
        allocated: unknown,
        reserved: unknown,
      },
      throttledRatio: [0, 0, 0],
      sums: {
        seconds: 30,
        cpu: { used: 4.15, allocated: 20, reserved: 20 },
        mem: { used: null, allocated: null, reserved: null },
        throttledSeconds: 0,
      },
    });
  });

  for (const steps of [0, 1, 2000, 2001, 86_400]) {
    test(`of ${steps} steps is whole`, async () => {
      api().histories.steps = steps;
      const { body } = await api().overSocket({ path });
      const { stamps, cpu, throttledRatio } = JSON.parse(JSON.stringify(body));
      for (const column of [stamps, cpu.used, cpu.limit, throttledRatio]) {
        assert.equal(column.length, steps);
      }
    });
  }

  test("is asked for by times and step, and by nothing when nothing is said", async () => {
    await api().overSocket({ path: `${path}?from=1700000000&to=1700003600.5&step=60` });
    await api().overSocket({ path });
    assert.deepEqual(api().histories.asked, [
      {
        usageHistory: "web",
        range: { from: 1_700_000_000, to: 1_700_003_600.5, stepSeconds: 60 },
      },
      { usageHistory: "web", range: { from: undefined, to: undefined, stepSeconds: undefined } },
    ]);
  });

  test("counts times back from now", async () => {
    const hourAgo = () => Date.now() / 1000 - 3600;
    const earliest = hourAgo();
    await api().overSocket({ path: `${path}?from=-60m` });
    const [{ range }] = JSON.parse(JSON.stringify(api().histories.asked));
    assert.ok(range.from >= earliest && range.from <= hourAgo(), `${range.from}`);
  });

  for (const query of [
    "step=0",
    "step=-5",
    "step=1.5",
    "step=1e3",
    "step=NaN",
    "step=9999999999",
    "from=now",
    "from=-1",
    "from=%2B1h",
    "to=1e999",
    "from=-1h&from=-2h",
    "steps=5",
  ]) {
    test(`refuses ?${query}`, async () => {
      assertProblem(
        await api().overSocket({ path: `${path}?${query}` }),
        400,
        "SC_REQUEST_INVALID",
      );
      assert.deepEqual(api().histories.asked, []);
    });
  }

  test("says in words what a time is", async () => {
    const { body } = await api().overSocket({ path: `${path}?from=yesterday` });
    assert.equal(body.field, "from");
    assert.match(String(body.detail), /^from must be Unix seconds, or seconds, minutes/);
  });

  test("refused for its step is told about the key that was sent", async () => {
    api().histories.refusal = {
      code: "SC_VALUE_OUT_OF_RANGE",
      field: "stepSeconds",
      detail: "stepSeconds is 1, expected at least 2",
    };
    const answer = await api().overSocket({ path: `${path}?step=1` });
    assertProblem(answer, 400, "SC_VALUE_OUT_OF_RANGE");
    assert.deepEqual(
      [answer.body.field, answer.body.detail],
      ["step", "step is 1, expected at least 2"],
    );
  });

  test("is asked by four at once over TCP, and by others over the socket meanwhile", async () => {
    const path = "/api/v1/structures/web/history";
    const answering = Promise.withResolvers<void>();
    api().histories.isAnswering = answering.promise;
    const first = Array.from({ length: 4 }, () => api().overTcp({ path }));
    while (api().histories.asked.length < 4) await setImmediate();
    assertProblem(await api().overTcp({ path }), 503, "SC_HISTORY_BUSY");
    const over = Array.from({ length: 12 }, () => api().overSocket({ path }));
    while (api().histories.asked.length < 16) await setImmediate();
    assertProblem(await api().overSocket({ path }), 503, "SC_HISTORY_BUSY");
    answering.resolve();
    for (const { status } of await Promise.all([...first, ...over])) assert.equal(status, 200);
    assert.equal((await api().overTcp({ path })).status, 200);
  });

  test("that cannot be read is a problem of the server", async () => {
    api().histories.refusal = { code: "SC_HISTORY_UNAVAILABLE", detail: "locked" };
    assertProblem(await api().overSocket({ path }), 503, "SC_HISTORY_UNAVAILABLE");
  });

  test("of a name that is none, or unknown, is refused", async () => {
    const answer = (name: string) =>
      api().overSocket({ path: `/api/v1/structures/${name}/history` });
    assertProblem(await answer("a%2Fb"), 400, "SC_NAME_INVALID");
    assertProblem(await answer("other"), 404, "SC_STRUCTURE_UNKNOWN");
  });
});

describe("what watches over the server", () => {
  test("is told that it is ready", async () => {
    const { status, body } = await api().overSocket({ path: "/api/v1/ready" });
    assert.equal(status, 200);
    assert.equal(body.isReady, true);
  });

  test("is told what keeps it from being ready", async () => {
    api().orchestration.isReady = false;
    const answer = await api().overSocket({ path: "/api/v1/ready" });
    assertProblem(answer, 503, "SC_NOT_READY");
    assert.match(String(answer.body.detail), /guardian is stopped/);
  });

  test("reads metrics at the root, as text", async () => {
    const { status, type, text } = await api().overTcp({ path: "/metrics" });
    assert.deepEqual([status, text], [200, "sc_up 1\n"]);
    assert.equal(type, "text/plain; version=0.0.4; charset=utf-8");
  });

  test("reads metrics under a loopback name only", async () => {
    for (const path of ["/metrics", "/api/v1/stream", "/api/v1/ready"]) {
      const answer = await api().overTcp({ path, headers: { host: "evil.example" } });
      assertProblem(answer, 403, "SC_HOST_NOT_ALLOWED");
    }
  });
});
