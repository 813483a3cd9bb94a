/* Rows of `docs/operating/failure-modes.md`: the server dies at once, at each step of a tick. */
import assert from "node:assert/strict";
import { after, before, describe } from "node:test";
import { whyNoRealGroups } from "@sc/cgroup/testing";
import { repository, run } from "../command-line.ts";
import { eventually, faultyServer, Scene } from "../scene.ts";
import { type Fault, makeFault } from "./fault.ts";
import { type Expected, faultRow } from "./fault-row.ts";

/** The server that knows what one before it left is the one that dies next. */
let scene: Scene;

/**
 * Dies while one container is squeezed and another one is met for the first time. What it left goes
 * both ways: put back by the script, and taken up by a next server.
 */
async function proveDeath(expected: Expected, fault: Omit<Fault, "action">): Promise<void> {
  if (scene.server.hasEnded) await scene.server.start();
  await eventually("one is squeezed", () => scene.container("web").isSqueezed());
  makeFault(scene, { ...fault, action: { kind: "die" } });
  const struck = { scene, victim: expected.row.id };
  scene.make(struck.victim);
  assert.equal(await scene.server.ended(), "SIGKILL", scene.server.log());
  const left = scene.containers.map((container) => ({ container, limit: container.limit() }));

  const words = ["--run-folder", scene.server.runFolder];
  const { exitCode, stdout } = await run(`${repository}packaging/sc-restore`, words);
  assert.equal(exitCode, 0, stdout);
  await expected.meets("first limits back", struck);

  for (const { container, limit } of left) container.setLimit(limit);
  await expected.holds(struck);
  await expected.isSeen(struck);
}

describe("a server that is killed", { skip: whyNoRealGroups() }, () => {
  before(async () => {
    scene = await Scene.open("killed", {
      containers: ["web"],
      // Long enough for all that is done here: nobody else puts a limit back.
      configuration: { lease: { seconds: 60 } },
      program: faultyServer,
    });
  });
  after(() => scene[Symbol.asyncDispose]());

  faultRow("killed-while-sampling", (expected) =>
    proveDeath(expected, { place: "kernel:read:cpuacct.usage" }),
  );
  faultRow("killed-while-deciding", (expected) =>
    proveDeath(expected, { place: "guardian:usage" }),
  );
  faultRow("killed-while-planning", (expected) =>
    proveDeath(expected, { place: "scaler:requests" }),
  );
  faultRow("killed-before-the-journal", (expected) =>
    proveDeath(expected, { place: "journal:intended" }),
  );
  faultRow("killed-before-the-write", (expected) =>
    proveDeath(expected, { place: "kernel:write:cpu.cfs_quota_us" }),
  );
  faultRow("killed-after-the-write", (expected) =>
    proveDeath(expected, { place: "kernel:write:cpu.cfs_quota_us", when: "after" }),
  );
  faultRow("killed-before-the-report", (expected) =>
    proveDeath(expected, { place: "orchestrator:changes" }),
  );
});
