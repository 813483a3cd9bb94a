import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { whyNoRealGroups } from "@sc/cgroup/testing";
import { VictoriaMetrics, whyNoProgram } from "@sc/series-stores/testing";
import { eventually, Scene } from "./scene.ts";

const skip = whyNoRealGroups() || whyNoProgram("victoria-metrics");

const openScene = (url: string): Promise<Scene> =>
  Scene.open("outputs", {
    containers: ["web"],
    configuration: {
      history: { outputSeconds: 1, outputs: [{ name: "vm", kind: "victoriametrics", url }] },
    },
  });

/** Whole seconds of which the store has the limit of `web`, each as often as it has it. */
async function secondsIn(store: VictoriaMetrics): Promise<readonly number[]> {
  const answer = await store.stamps('{__name__="structure.cpu.max",structure="web"}');
  return answer.map((stamp) => Math.floor(stamp / 1000));
}

const problemsOf = async ({ server }: Scene): Promise<readonly string[]> =>
  (await server.api.health()).problems.map(({ code }) => code);

describe("a store of series", { skip }, () => {
  for (const keepsOne of [true, false])
    test(`has every snapshot once, though it was killed and the server was killed meanwhile, ${keepsOne ? "where it keeps one of what is doubled" : "where it would keep both"}`, async () => {
      await using store = await VictoriaMetrics.start({ keepsOne });
      await using scene = await openScene(store.url);
      const { api } = scene.server;
      await eventually("points arrive", async () => (await secondsIn(store)).length >= 3);

      await store.process.kill();
      await eventually("the health says so", async () =>
        (await problemsOf(scene)).includes("SC_OUTPUT_AWAY"),
      );
      // History is told in steps from here: in whole seconds, as the times of points are compared.
      const missed = Math.floor(Date.now() / 1000);
      // The history of the product is told by another way: what it knows, the store must have.
      let known: readonly number[] = [];
      await eventually("more is known", async () => {
        known = (await api.usageHistory("web", { from: missed - 5, step: 1 })).stamps;
        return (known.at(-1) ?? 0) > missed + 4;
      });
      await scene.server.end("SIGKILL");

      await store.process.start();
      await scene.server.start();
      const restarted = Date.now() / 1000;
      await eventually(
        "points arrive again",
        async () => ((await secondsIn(store)).at(-1) ?? 0) > restarted + 2,
      );
      await eventually(
        "the health says so",
        async () => !(await problemsOf(scene)).includes("SC_OUTPUT_AWAY"),
      );

      const stored = await secondsIn(store);
      // Of the last snapshot before the kill nobody had to have said that it was on the disk.
      const due = known.slice(0, -1);
      assert.ok(due.filter((stamp) => stamp > missed).length >= 2);
      assert.deepEqual(
        due.filter((stamp) => !stored.includes(Math.floor(stamp))),
        [],
      );
      assert.deepEqual(stored, [...new Set(stored)]);
    });
});
