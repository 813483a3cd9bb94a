/* Rows of `docs/operating/failure-modes.md`: containers come, go, stand still and take other names. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { describe } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { RealContainer, whyNoLxc } from "@sc/lxc/testing";
import { ServerUnderTest } from "@sc/server/testing";
import { eventually, firstLimit, quickSettings, Scene } from "../scene.ts";
import { faultRow } from "./fault-row.ts";

const churned = 40;
/** Two hundred a minute. */
const churnEveryMs = 300;
/** They live for so many turns: some are squeezed by then, some are never seen. */
const livesFor = [0, 1, 2, 4, 7];

/** Folders that the restore list has. */
const listed = ({ server }: Scene): readonly string[] =>
  readFileSync(`${server.runFolder}/restore-list`, "utf8").match(/^group .*$/gm) ?? [];

/** Of groups that came and went. */
const openFiles = ({ server }: Scene): readonly string[] => {
  const folder = `/proc/${server.pid}/fd`;
  return readdirSync(folder).flatMap((descriptor) => {
    try {
      const path = readlinkSync(`${folder}/${descriptor}`);
      return path.includes("/job-") ? [path] : [];
    } catch {
      // It was closed while we looked.
      return [];
    }
  });
};

async function churn(scene: Scene, during: (turn: number) => void): Promise<void> {
  const ends = new Map<number, string[]>();
  for (let turn = 0; turn < churned + Math.max(...livesFor); turn += 1) {
    if (turn < churned) {
      const name = `job-${turn}`;
      const container = scene.make(name);
      if (turn % 3 === 0) container.work();
      const end = turn + (livesFor[turn % livesFor.length] ?? 0);
      ends.set(end, [...(ends.get(end) ?? []), name]);
    }
    during(turn);
    await delay(churnEveryMs);
    for (const name of ends.get(turn) ?? []) {
      await scene.container(name).rest();
      await eventually(`${name} is empty and gone`, () => {
        try {
          scene.container(name).remove();
          return true;
        } catch {
          // A killed process holds its group for a moment.
          return false;
        }
      });
    }
  }
}

describe("containers that come, go and stand still", { concurrency: 2 }, () => {
  faultRow("churn", async (expected) => {
    await using scene = await Scene.open("churn", { containers: ["web", "idle"] });
    const [web, idle] = [scene.container("web"), scene.container("idle")];
    await eventually("both are squeezed", () => web.isSqueezed() && idle.isSqueezed());
    await expected.proves("goes on", async () => {
      let hasGrown = false;
      await churn(scene, (turn) => {
        if (turn === 10) web.work();
        hasGrown ||= web.isGrown();
      });
      assert.ok(hasGrown, "it did not grow while others came and went");
      await web.rest();
      await eventually("it is squeezed", () => web.isSqueezed());
    });
    await expected.proves("nothing is left behind", async () => {
      await eventually("only the two that stay are known", async () => {
        const names = (await scene.server.api.structures()).map(({ name }) => name);
        return names.toSorted().join() === "idle,web";
      });
      await eventually("the list has no other", () => listed(scene).length === 2);
      await eventually("no file of theirs is open", () => openFiles(scene).length === 0);
      const { problems } = await scene.server.api.health();
      assert.deepEqual(problems, []);
      assert.doesNotMatch(scene.server.log(), /"level":"error"|failed/);
    });
    await expected.isSeen({ scene, victim: "web" });
  });

  faultRow("restarted-in-auto", async (expected) => {
    await using scene = await Scene.open("restart", {
      containers: ["web"],
      configuration: { brakes: { learningSeconds: 0, settleSeconds: 0, holdSeconds: 600 } },
    });
    const web = scene.container("web");
    await eventually("it is shrunk", () => web.shares() < 80);
    const { id } = await scene.server.api.structure("web");
    web.remove();
    web.make();
    await eventually("it is found anew", async () => {
      const now = await scene.server.api.structures();
      return now.some((structure) => structure.name === "web" && structure.id !== id);
    });
    await expected.isSeen({ scene, victim: "web" });
    await expected.proves("nothing from the old one's book", async () => {
      await eventually("policy would shrink it", async () => {
        const requests = await scene.server.api.requests({ structure: "web" });
        return requests[0]?.held?.code === "held-after-restart";
      });
      assert.deepEqual(web.limit(), firstLimit);
    });
  });

  faultRow("frozen-and-thawed", async (expected) => {
    await using scene = await Scene.open("frozen", { containers: ["web"] });
    const web = scene.container("web");
    const freezer = `${web.path}/freezer.state`;
    web.work();
    await eventually("it is at its max", () => web.shares() === 80);
    scene.groups.write("freezer", freezer, "FROZEN");
    try {
      await expected.isSeen({ scene, victim: "web" });
      const before = web.shares();
      await expected.proves("held while frozen", async () => {
        await delay(2000);
        assert.equal(web.shares(), before);
        const { resources } = await scene.server.api.structure("web");
        assert.equal(resources.cpu.used, 0);
      });
    } finally {
      scene.groups.write("freezer", freezer, "THAWED");
    }
    await expected.proves("goes on", async () => {
      await web.rest();
      await eventually("it is squeezed", () => web.isSqueezed());
      web.work();
      await eventually("it grows", () => web.isGrown());
    });
  });

  faultRow(
    "renamed",
    async (expected) => {
      using container = new DisposableContainer("renamed");
      const newName = `${container.name}-b`;
      container.create(["lxc.cgroup.cpu.cfs_quota_us = 80000"]);
      container.start();
      const server = await ServerUnderTest.start({
        configuration: {
          ...quickSettings,
          defaults: { cpu: { mode: "observe", policy: "serverless-rules" } },
          engines: { lxc: { names: [container.name, newName] } },
        },
      });
      try {
        const quotaUs = (): number =>
          Number(readFileSync(container.cpuFile("cpu.cfs_quota_us"), "utf8"));
        await server.api.setMode(container.name, { mode: "auto" });
        await eventually("it is squeezed", () => quotaUs() < 30_000);
        container.stop();
        container.rename(newName);
        container.start();
        await eventually("it is found under its new name, and only there", async () => {
          const names = (await server.api.structures()).map(({ name }) => name);
          return names.join() === newName;
        });
        await expected.proves("nothing from the old one's book", async () => {
          // LXC makes the group first, and then writes its limit.
          await eventually("it has the limit that LXC gave it", async () => {
            const { resources } = await server.api.structure(newName);
            return resources.cpu.first === 80 && resources.cpu.mode === "observe";
          });
          assert.equal(quotaUs(), 80_000);
        });
        await expected.proves("goes on", async () => {
          await server.api.setMode(newName, { mode: "auto" });
          await eventually("it is squeezed", () => quotaUs() < 30_000);
          await server.api.release(newName);
          assert.equal(quotaUs(), 80_000);
        });
        const codes = await server.api.changes({ structure: newName });
        const changeCodes = async () => codes.map(({ reason }) => reason.code);
        await expected.isSeen({ scene: { server, changeCodes }, victim: newName });
      } finally {
        await server.close();
      }
    },
    whyNoLxc(),
  );
});

class DisposableContainer extends RealContainer implements Disposable {
  [Symbol.dispose](): void {
    this.close();
  }
}
