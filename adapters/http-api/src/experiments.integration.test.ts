import assert from "node:assert/strict";
import { test } from "node:test";
import { assertProblem, useApi } from "./testing/api-harness.ts";

const api = useApi();
const get = (path: string) => api().overSocket({ method: "GET", path: `/api/v1${path}` });

test("experiments and tests are listed with their times", async () => {
  const { status, body } = await get("/experiments");
  const timed = { experiment: "load", username: "ana", startTime: 1000, endTime: 1060 };
  assert.equal(status, 200);
  assert.deepEqual(body, { experiments: [timed], tests: [{ ...timed, test: "a", tags: [] }] });
});

test("a report of an experiment, and of one of its tests, is told", async () => {
  const { status, body } = await get("/experiments/report?experiment=load&test=a&username=ana");
  assert.equal(status, 200);
  assert.deepEqual(body, {
    ...{ experimentId: "load", testName: "a", username: "ana", from: 1000, to: 1060, seconds: 60 },
    structures: [
      {
        structure: "web",
        missing: 0.25,
        resources: {
          cpu: { used: 30, allocated: 60, reserved: 120, utilization: 0.5 },
          mem: { used: 0, allocated: 0, reserved: 0 },
        },
      },
    ],
  });
  assert.deepEqual(api().experiments.asked, [
    { experimentId: "load", testName: "a", username: "ana" },
  ]);
});

test("what is unknown, has no time or cannot be read is refused with its code", async () => {
  assertProblem(await get("/experiments/report?experiment=none"), 404, "SC_EXPERIMENT_UNKNOWN");
  assertProblem(await get("/experiments/report"), 400, "SC_REQUEST_INVALID");
  for (const [code, status] of [
    ["SC_EXPERIMENT_NOT_TIMED", 409],
    ["SC_HISTORY_UNAVAILABLE", 503],
  ] as const) {
    api().experiments.failure = { code, message: "so it is" };
    assertProblem(await get("/experiments/report?experiment=load"), status, code);
  }
  api().experiments.failure = { code: "SC_NOT_READY", message: "not yet" };
  assertProblem(await get("/experiments"), 503, "SC_HISTORY_UNAVAILABLE");
});
