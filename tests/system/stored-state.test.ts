import assert from "node:assert/strict";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { describe, test } from "node:test";
import type { ApiError } from "@sc/api-client";
import { whyNoRealGroups } from "@sc/cgroup/testing";
import { type Expected, faultRow } from "./faults/fault-row.ts";
import type { Struck } from "./faults/promises.ts";
import { eventually, Scene } from "./scene.ts";

const stateOf = (scene: Scene): string => join(scene.server.folder, "state", "state.db");

/** A server that was stopped after a person put `web` into auto; everything else is observed. */
async function stoppedAfterAuto(label: string): Promise<Scene> {
  const scene = await Scene.open(label, {
    containers: ["web"],
    configuration: { defaults: { cpu: { mode: "observe", policy: "serverless-rules" } } },
  });
  await scene.server.api.setMode("web", { mode: "auto" });
  await eventually("it is squeezed", () => scene.container("web").isSqueezed());
  await scene.server.end("SIGTERM");
  assert.ok(scene.container("web").hasFirstLimit());
  return scene;
}

const codeOf = (refused: Promise<unknown>): Promise<string> =>
  refused.then(
    () => "not refused",
    (error: ApiError) => error.code,
  );

/** It measures, says why it does no more, and changes nothing. */
async function onlyMeasures({ scene }: Struck): Promise<void> {
  const { api } = scene.server;
  await eventually("it measures", async () => (await api.structure("web")).watchedSeconds > 1);
  const told = (await api.health()).problems.filter(({ code }) => code.startsWith("SC_STATE_"));
  assert.ok(told[0]?.nextStep);
  const { isReady, isPaused, status } = await api.health();
  assert.deepEqual(
    { isReady, isPaused, status },
    { isReady: false, isPaused: true, status: "degraded" },
  );
  const web = await api.structure("web");
  assert.equal(web.resources.cpu.mode, "observe");
  const refusals = [
    await codeOf(api.setMode("web", { mode: "auto" })),
    await codeOf(api.pause("web")),
    await codeOf(api.updateSettings("scaler", { holdSeconds: 1 })),
    await codeOf(api.removeRule("cpu_rescale_up")),
  ];
  assert.deepEqual(new Set(refusals), new Set(["SC_STATE_UNREADABLE"]));
  assert.equal((await api.ready()).isReady, false);
  assert.ok(scene.container("web").hasFirstLimit(), "no limit was written");
}

async function isInForceAgain({ scene, mend }: Struck): Promise<void> {
  await mend?.();
  await eventually("it is ready", async () => (await scene.server.api.ready()).isReady);
  await eventually("it is squeezed again", () => scene.container("web").isSqueezed());
}

/** What is seen while the cause is there, and what follows when it is taken away. */
async function proveUnreadable(
  expected: Expected,
  struck: Struck & { readonly mend: () => void | Promise<void> },
): Promise<void> {
  await expected.isSeen(struck);
  await expected.holds(struck, {
    "only measures": onlyMeasures,
    "in force again": isInForceAgain,
  });
}

describe("a server that cannot read what was stored", { skip: whyNoRealGroups() }, () => {
  faultRow("settings-locked-at-the-start", async (expected) => {
    await using scene = await stoppedAfterAuto("locked");
    const other = new DatabaseSync(stateOf(scene));
    other.exec("PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE; DELETE FROM document");
    await scene.server.start();
    await proveUnreadable(expected, { scene, victim: "web", mend: () => other.close() });
  });

  faultRow("settings-damaged-at-the-start", async (expected) => {
    await using scene = await stoppedAfterAuto("corrupt");
    const good = readFileSync(stateOf(scene));
    const damaged = Buffer.concat([Buffer.from("damaged"), good.subarray(7)]);
    writeFileSync(stateOf(scene), damaged);
    await scene.server.start();
    const mend = () => {
      assert.deepEqual(readFileSync(stateOf(scene)), damaged, "it was left as it is");
      rmSync(stateOf(scene));
      writeFileSync(stateOf(scene), good);
    };
    await proveUnreadable(expected, { scene, victim: "web", mend });
  });

  faultRow("settings-of-a-newer-version", async (expected) => {
    await using scene = await stoppedAfterAuto("newer");
    setVersion(scene, 99);
    await scene.server.start();
    const mend = async () => {
      await scene.server.end("SIGTERM");
      setVersion(scene, 1);
      await scene.server.start();
    };
    await proveUnreadable(expected, { scene, victim: "web", mend });
  });

  test("leaves out one document that is wrong, and tells of it", async () => {
    await using scene = await stoppedAfterAuto("one-wrong");
    const database = new DatabaseSync(stateOf(scene));
    database.exec(
      "INSERT INTO document SELECT kind, 'shop', revision, version, '{\"min\": -1}' FROM document WHERE name = 'web'",
    );
    database.close();
    await scene.server.start();
    await isInForceAgain({ scene, victim: "web" });
    const { problems } = await scene.server.api.health();
    const problem = problems.find(({ code }) => code === "SC_DOCUMENT_INVALID");
    assert.equal(problem?.structure, "shop");
  });
});

function setVersion(scene: Scene, version: number): void {
  const database = new DatabaseSync(stateOf(scene));
  database.exec(`PRAGMA user_version = ${version}`);
  database.close();
}
