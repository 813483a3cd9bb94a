/* Rows of `docs/operating/failure-modes.md`: what is stored fails while everything runs, or at the start. */
import assert from "node:assert/strict";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { after, afterEach, before, describe } from "node:test";
import type { ApiError } from "@sc/api-client";
import { whyNoRealGroups } from "@sc/cgroup/testing";
import { eventually, faultyServer, Scene } from "../scene.ts";
import { makeFault, mendFault } from "./fault.ts";
import { faultRow } from "./fault-row.ts";
import type { Struck } from "./promises.ts";

let scene: Scene;

const fileOf = (name: string): string => join(scene.server.folder, "state", name);

/** As another program does that forgot to end its transaction. */
function lock(name: string): () => void {
  const other = new DatabaseSync(fileOf(name));
  other.exec("BEGIN IMMEDIATE");
  return () => other.close();
}

/** A minute of history is not waited for: what was done is written within seconds. */
const someChange = async (): Promise<void> => {
  await scene.server.api.setLimits("web", { resource: "cpu", min: 11 });
};

async function nothingCanBeSet(): Promise<void> {
  const code = await scene.server.api.setLimits("web", { resource: "cpu", max: 70 }).then(
    () => "set",
    (error: ApiError) => error.code,
  );
  assert.equal(code, "SC_STATE_NOT_SAVED");
}

async function canBeSetAgain({ mend }: Struck): Promise<void> {
  await mend?.();
  const { api } = scene.server;
  await eventually("it is set", () =>
    api.setLimits("web", { resource: "cpu", max: 75 }).then(
      () => true,
      () => false,
    ),
  );
  assert.equal((await api.structure("web")).resources.cpu.max, 75);
}

async function historyGoesOn({ mend }: Struck): Promise<void> {
  await mend?.();
  await eventually("the history is written again", async () => {
    const { problems } = await scene.server.api.health();
    return problems.every(({ code }) => !code.startsWith("SC_HISTORY_"));
  });
}

const own = {
  "nothing can be set": nothingCanBeSet,
  "can be set again": canBeSetAgain,
  "history goes on": historyGoesOn,
};

describe("a server whose stores fail", { skip: whyNoRealGroups() }, () => {
  before(async () => {
    scene = await Scene.open("stores", { containers: ["web"], program: faultyServer });
    await eventually("it is squeezed", () => scene.container("web").isSqueezed());
  });
  afterEach(() => mendFault(scene));
  after(() => scene[Symbol.asyncDispose]());

  faultRow("settings-locked-while-running", async (expected) => {
    const struck = { scene, victim: "web", mend: lock("state.db") };
    await expected.meets("nothing can be set", struck, nothingCanBeSet);
    await expected.isSeen(struck);
    await expected.holds(struck, own);
  });

  faultRow("history-locked-while-running", async (expected) => {
    const struck = { scene, victim: "web", mend: lock("history.db") };
    await someChange();
    await expected.isSeen(struck);
    await expected.holds(struck, own);
  });

  faultRow("threads-die", async (expected) => {
    makeFault(scene, { place: "guardian:usage", action: { kind: "end threads" } });
    const struck = { scene, victim: "web" };
    await expected.isSeen(struck);
    await expected.holds(struck, own);
  });

  faultRow("history-damaged-at-the-start", async (expected) => {
    await scene.server.end("SIGTERM");
    writeFileSync(fileOf("history.db"), "this is no database, and was one");
    await scene.server.start();
    const struck = { scene, victim: "web" };
    await expected.isSeen(struck);
    await expected.holds(struck);
  });

  faultRow("history-of-a-newer-version", async (expected) => {
    await scene.server.end("SIGTERM");
    setVersion(99);
    const left = readFileSync(fileOf("history.db"));
    await scene.server.start();
    const mend = async (): Promise<void> => {
      await scene.server.end("SIGTERM");
      assert.deepEqual(readFileSync(fileOf("history.db")), left, "it was left as it is");
      for (const end of ["", "-wal", "-shm"]) rmSync(fileOf(`history.db${end}`), { force: true });
      await scene.server.start();
    };
    const struck = { scene, victim: "web", mend };
    await expected.isSeen(struck);
    await expected.holds(struck, own);
    assert.ok(existsSync(fileOf("history.db")));
  });
});

function setVersion(version: number): void {
  const database = new DatabaseSync(fileOf("history.db"));
  database.exec(`PRAGMA user_version = ${version}`);
  database.close();
}
