/* Rows of `docs/operating/failure-modes.md`: files of ours are damaged or gone. */
import assert from "node:assert/strict";
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe } from "node:test";
import { whyNoRealGroups } from "@sc/cgroup/testing";
import { eventually, Scene } from "../scene.ts";
import { type Expected, faultRow } from "./fault-row.ts";

const garbage = '\0\0\0garbage\n{"half a line';

let scene: Scene;
const journal = (): string => join(scene.server.folder, "state", "journal.jsonl");
const restoreList = (): string => join(scene.server.runFolder, "restore-list");

/** Killed while the container is squeezed; what it left is spoiled before the next server starts. */
async function killedAndSpoiled(name: string, spoil: () => void): Promise<void> {
  const container = scene.make(name);
  await eventually("it is squeezed", () => container.isSqueezed());
  await scene.server.end("SIGKILL");
  scene.logLengthBefore = scene.server.log().length;
  spoil();
}

async function proveSuccessor(expected: Expected, spoil: () => void): Promise<void> {
  const struck = { scene, victim: expected.row.id };
  await killedAndSpoiled(struck.victim, spoil);
  await expected.holds(struck);
  await expected.isSeen(struck);
}

/** Rows share a server; suites do not. */
const oneByOne = { concurrency: 1 };

describe("files that are damaged or gone", { concurrency: true }, () => {
  describe("a server that finds its files damaged", {
    ...oneByOne,
    skip: whyNoRealGroups(),
  }, () => {
    before(async () => {
      // Nobody but the next server puts a limit back.
      const configuration = { lease: { seconds: 60 } };
      scene = await Scene.open("own-files", { containers: [], configuration });
    });
    after(() => scene[Symbol.asyncDispose]());

    faultRow("journal-damaged", (expected) =>
      proveSuccessor(expected, () => writeFileSync(journal(), garbage)),
    );

    faultRow("restore-list-damaged", (expected) =>
      proveSuccessor(expected, () => writeFileSync(restoreList(), garbage)),
    );

    faultRow("lock-file-damaged", async (expected) => {
      const struck = { scene, victim: "locked" };
      const lock = join(scene.server.runFolder, "agent.lock");
      await killedAndSpoiled("locked", () => writeFileSync(lock, garbage.repeat(100)));
      await expected.meets("does not start", struck, async () => {
        scene.server.launch();
        assert.equal(await scene.server.ended(), 1);
      });
      await expected.isSeen(struck);
      rmSync(lock);
      await expected.holds(struck);
    });

    faultRow("all-books-lost", async (expected) => {
      const struck = { scene, victim: "forgotten" };
      await killedAndSpoiled("forgotten", () => {
        writeFileSync(journal(), garbage);
        rmSync(restoreList());
      });
      const left = scene.container("forgotten").shares();
      await scene.server.start();
      await expected.holds(struck, {
        "taken for the owner's": async () => {
          const { cpu } = (await scene.server.api.structure("forgotten")).resources;
          assert.equal(cpu.first, left);
        },
      });
      scene.container("forgotten").work();
      await expected.isSeen(struck);
    });
  });

  describe("a server whose run folder is removed", { ...oneByOne, skip: whyNoRealGroups() }, () => {
    faultRow("run-folder-removed", async (expected) => {
      await using removed = await Scene.open("no-run-folder", { containers: ["web"] });
      const web = removed.container("web");
      await eventually("it is squeezed", () => web.isSqueezed());
      rmSync(removed.server.runFolder, { recursive: true });
      const struck = { scene: removed, victim: "web" };
      await expected.isSeen(struck);
      await expected.meets("others go on", struck);
      await eventually("there is a watcher", () => removed.server.watchers().length === 1);
      await removed.server.end("SIGKILL");
      await expected.holds(struck);
    });
  });
});
