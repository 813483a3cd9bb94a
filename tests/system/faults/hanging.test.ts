/* Rows of `docs/operating/failure-modes.md`: the server lives and does nothing for seconds, or for ever. */
import { after, afterEach, before, describe } from "node:test";
import { whyNoRealGroups } from "@sc/cgroup/testing";
import { eventually, faultyServer, Scene } from "../scene.ts";
import { makeFault, mendFault } from "./fault.ts";
import { faultRow } from "./fault-row.ts";

/** Longer than the lease of the scene. */
const block = { kind: "block", seconds: 5 } as const;

/** Rows share a server; suites do not. */
const oneByOne = { concurrency: 1 };

describe("what is blocked and hangs", { concurrency: true }, () => {
  describe("a server that stands still", { ...oneByOne, skip: whyNoRealGroups() }, () => {
    let scene: Scene;

    before(async () => {
      scene = await Scene.open("hanging", { containers: ["web"], program: faultyServer });
    });
    afterEach(() => mendFault(scene));
    after(() => scene[Symbol.asyncDispose]());

    const squeezed = (): Promise<void> =>
      eventually("it is squeezed", () => scene.container("web").isSqueezed());

    faultRow("loop-blocked-past-the-lease", async (expected) => {
      await squeezed();
      makeFault(scene, { place: "guardian:usage", action: block });
      const struck = { scene, victim: "web" };
      await expected.meets("first limits back", struck);
      await expected.isSeen(struck);
      await expected.holds(struck);
    });

    faultRow("journal-hangs-past-the-lease", async (expected) => {
      await squeezed();
      makeFault(scene, { place: "journal:intended", action: block });
      scene.container("web").work();
      const struck = { scene, victim: "web" };
      await expected.meets("first limits back", struck);
      await expected.isSeen(struck);
      await scene.container("web").rest();
      await expected.holds(struck);
    });

    faultRow("loop-hangs-for-ever", async (expected) => {
      await squeezed();
      makeFault(scene, { place: "scaler:usage", action: { kind: "block", seconds: 3600 } });
      const struck = { scene, victim: "web" };
      await expected.meets("first limits back", struck);
      await expected.isSeen(struck);
      await scene.server.end("SIGKILL");
      await expected.holds(struck);
    });
  });

  describe("a server that stands still for less than its lease", {
    skip: whyNoRealGroups(),
  }, () => {
    faultRow("loop-blocked-within-the-lease", async (expected) => {
      await using scene = await Scene.open("blocked", {
        containers: ["web"],
        configuration: { lease: { seconds: 10 } },
        program: faultyServer,
      });
      const web = scene.container("web");
      await eventually("it is squeezed", () => web.isSqueezed());
      const struck = { scene, victim: "web", before: web.limit() };
      makeFault(scene, { place: "guardian:usage", action: block });
      await expected.isSeen(struck);
      await expected.holds(struck);
    });
  });
});
