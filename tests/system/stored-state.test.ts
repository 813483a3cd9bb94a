import assert from "node:assert/strict";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { describe, test } from "node:test";
import type { ApiError } from "@sc/api-client";
import { whyNoRealGroups } from "@sc/cgroup/testing";
import { eventually, Scene } from "./scene.ts";

const stateOf = (scene: Scene): string => join(scene.server.folder, "state", "state.db");

/** A server that was stopped after a person put `web` into auto; everything else is observed. */
async function stoppedAfterAuto(label: string): Promise<Scene> {
  const scene = await Scene.open(label, {
    containers: ["web"],
    configuration: { defaults: { cpu: { mode: "observe" } } },
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
async function onlyMeasures(scene: Scene, code: string): Promise<void> {
  const { api } = scene.server;
  await eventually("it measures", async () => (await api.structure("web")).watchedSeconds > 1);
  await eventually("it says why", async () =>
    (await api.health()).problems.some((one) => one.code === code && one.nextStep !== undefined),
  );
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

async function isInForceAgain(scene: Scene): Promise<void> {
  await eventually("it is ready", async () => (await scene.server.api.ready()).isReady);
  await eventually("it is squeezed again", () => scene.container("web").isSqueezed());
}

describe("a server that cannot read what was stored", { skip: whyNoRealGroups() }, () => {
  test("measures while another program holds it, and goes on when it is free", async () => {
    await using scene = await stoppedAfterAuto("locked");
    const other = new DatabaseSync(stateOf(scene));
    other.exec("PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE; DELETE FROM document");
    try {
      await scene.server.start();
      await onlyMeasures(scene, "SC_STATE_LOCKED");
    } finally {
      other.close();
    }
    await isInForceAgain(scene);
  });

  test("leaves a damaged one as it is, and takes the good one that is put in its place", async () => {
    await using scene = await stoppedAfterAuto("corrupt");
    const good = readFileSync(stateOf(scene));
    const damaged = Buffer.concat([Buffer.from("damaged"), good.subarray(7)]);
    writeFileSync(stateOf(scene), damaged);
    await scene.server.start();
    await onlyMeasures(scene, "SC_STATE_CORRUPT");
    assert.deepEqual(readFileSync(stateOf(scene)), damaged);
    rmSync(stateOf(scene));
    writeFileSync(stateOf(scene), good);
    await isInForceAgain(scene);
  });

  test("leaves one of a newer version as it is", async () => {
    await using scene = await stoppedAfterAuto("newer");
    setVersion(scene, 99);
    await scene.server.start();
    await onlyMeasures(scene, "SC_STATE_NEWER");
    await scene.server.end("SIGTERM");
    setVersion(scene, 1);
    await scene.server.start();
    await isInForceAgain(scene);
  });

  test("leaves out one document that is wrong, and tells of it", async () => {
    await using scene = await stoppedAfterAuto("one-wrong");
    const database = new DatabaseSync(stateOf(scene));
    database.exec(
      "INSERT INTO document SELECT kind, 'shop', revision, version, '{\"min\": -1}' FROM document WHERE name = 'web'",
    );
    database.close();
    await scene.server.start();
    await isInForceAgain(scene);
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
