import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { defaultBrakeSettings, defaultCpuRules, defaultSettings } from "@sc/domain";
import type { ReplayRunner, ReplayTask } from "../replay-runner.ts";

export interface ReplayRunnerHarness {
  make(): ReplayRunner;
  /** One whose runs of this task go on until they are called off. */
  makeEndless(): ReplayRunner;
}

/** Half a core for ten minutes, of a container that may have two. */
export const replayTask = (changed: Partial<ReplayTask> = {}): ReplayTask => ({
  resource: "cpu",
  policy: "serverless-rules",
  rules: defaultCpuRules,
  settings: { min: 10, max: 200, boundary: defaultSettings.cpu.boundary },
  brakes: defaultBrakeSettings,
  stepSeconds: 1,
  used: new Float64Array(600).fill(50),
  ...changed,
});

const never = new AbortController().signal;

/** The promise of `ReplayRunner`. */
export function replayRunnerSuite(name: string, { make, makeEndless }: ReplayRunnerHarness): void {
  describe(`${name} as replay runner`, () => {
    test("answers with figures that agree with each other", async () => {
      const answer = await make().run(replayTask(), never);
      assert.ok(answer.ok, JSON.stringify(answer));
      const { used, allocated, utilization, meanLimit, peakLimit } = answer.value;
      assert.ok(used > 270 && used < 330, `used ${used} of about 300 core-seconds`);
      assert.equal(utilization, used / allocated);
      assert.ok(meanLimit <= peakLimit && peakLimit <= 200, `${meanLimit}, ${peakLimit}`);
    });

    test("answers the same again", async () => {
      const runner = make();
      const first = await runner.run(replayTask(), never);
      assert.deepEqual(await runner.run(replayTask(), never), first);
    });

    test("says which policy it does not have", async () => {
      const answer = await make().run(replayTask({ policy: "nobody's" }), never);
      assert.equal(!answer.ok && answer.error.kind, "unsupported");
    });

    test("ends when it is called off, before and while it runs", async () => {
      const before = await make().run(replayTask(), AbortSignal.abort());
      assert.equal(!before.ok && before.error.kind, "cancelled");
      const calling = new AbortController();
      const running = makeEndless().run(
        replayTask({ used: new Float64Array(1_000_000).fill(50) }),
        calling.signal,
      );
      calling.abort();
      const answer = await running;
      assert.equal(!answer.ok && answer.error.kind, "cancelled");
    });
  });
}
