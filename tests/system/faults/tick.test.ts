/* Rows of `docs/operating/failure-modes.md`: something fails at a step of a tick, and the server lives. */
import { after, afterEach, before, describe } from "node:test";
import { whyNoRealGroups } from "@sc/cgroup/testing";
import { eventually, faultyServer, Scene } from "../scene.ts";
import { type Fault, makeFault, mendFault } from "./fault.ts";
import { type Expected, faultRow } from "./fault-row.ts";

/** One server for all: each row has a container of its own, and mends what it broke. */
let scene: Scene;

/** A container of the row's own. */
async function squeezed(name: string): Promise<void> {
  const container = scene.make(name);
  await eventually("it is squeezed", () => container.isSqueezed());
}

/** For as long as it is not mended; health tells of this one, and not of one before it. */
async function failing(
  failed: Scene,
  { place, container }: Pick<Fault, "place" | "container">,
): Promise<void> {
  await eventually("no service fails", async () =>
    (await failed.server.api.health()).problems.every(({ code }) => code !== "SC_SERVICE_FAILING"),
  );
  const about = container === undefined ? {} : { container };
  makeFault(failed, { place, action: { kind: "throw" }, isLasting: true, ...about });
}

/** Each on a server of its own, at once: it takes seconds until limits are put back. */
async function proveDeciding(expected: Expected, place: Fault["place"]): Promise<void> {
  await using failed = await Scene.open(expected.row.id, {
    containers: ["web"],
    program: faultyServer,
  });
  await eventually("it is squeezed", () => failed.container("web").isSqueezed());
  await failing(failed, { place });
  const struck = { scene: failed, victim: "web", mend: () => mendFault(failed) };
  await expected.isSeen(struck);
  await expected.holds(struck);
}

/** Rows of one suite share a server; suites do not. */
const oneByOne = { concurrency: 1 };

describe("faults at a tick", { concurrency: true }, () => {
  describe("a server that cannot decide", { skip: whyNoRealGroups(), concurrency: true }, () => {
    faultRow("guardian-fails-at-every-tick", (expected) =>
      proveDeciding(expected, "guardian:usage"),
    );
    faultRow("scaler-fails-at-every-plan", (expected) => proveDeciding(expected, "scaler:usage"));
  });

  describe("a server that meets a fault at a tick", {
    ...oneByOne,
    skip: whyNoRealGroups(),
  }, () => {
    before(async () => {
      scene = await Scene.open("tick", { containers: [], program: faultyServer });
    });
    afterEach(() => mendFault(scene));
    after(() => scene[Symbol.asyncDispose]());

    faultRow("container-ends-while-sampled", async (expected) => {
      await squeezed("sampled");
      makeFault(scene, {
        place: "kernel:read:cpuacct.usage",
        container: "sampled",
        action: { kind: "vanish" },
      });
      const struck = { scene, victim: "sampled" };
      await expected.holds(struck);
      await expected.isSeen(struck);
    });

    faultRow("container-ends-before-the-journal", async (expected) => {
      makeFault(scene, { place: "lease", container: "unlisted", action: { kind: "vanish" } });
      scene.make("unlisted");
      const struck = { scene, victim: "unlisted" };
      await expected.isSeen(struck);
      await expected.holds(struck);
    });

    faultRow("container-ends-before-the-write", async (expected) => {
      makeFault(scene, {
        place: "kernel:write:cpu.cfs_quota_us",
        container: "unwritten",
        action: { kind: "vanish" },
      });
      scene.make("unwritten");
      const struck = { scene, victim: "unwritten" };
      await expected.isSeen(struck);
      await expected.holds(struck);
    });

    faultRow("usage-cannot-be-read", async (expected) => {
      await squeezed("unread");
      const limit = scene.container("unread").limit();
      makeFault(scene, {
        place: "kernel:read:cpuacct.usage",
        container: "unread",
        action: { kind: "throw", code: "EIO" },
        isLasting: true,
      });
      const struck = { scene, victim: "unread", before: limit, mend: () => mendFault(scene) };
      await expected.isSeen(struck);
      await expected.holds(struck);
    });

    faultRow("limit-cannot-be-read", async (expected) => {
      const fault = { container: "unseen", action: { kind: "throw", code: "EACCES" } } as const;
      makeFault(scene, { ...fault, place: "kernel:read:cpu.cfs_quota_us", isLasting: true });
      const container = scene.make("unseen");
      await eventually("it is found", async () =>
        (await scene.server.api.structures()).some(({ name }) => name === "unseen"),
      );
      const before = container.limit();
      const struck = { scene, victim: "unseen", before, mend: () => mendFault(scene) };
      await expected.isSeen(struck);
      await expected.holds(struck);
    });

    const refusals = (code: string, name: string): Fault => ({
      place: "kernel:write:cpu.cfs_quota_us",
      container: name,
      action: { kind: "throw", code },
      isLasting: true,
    });

    faultRow("kernel-refuses-a-value", async (expected) => {
      makeFault(scene, refusals("EINVAL", "refused"));
      scene.make("refused");
      const struck = { scene, victim: "refused", mend: () => mendFault(scene) };
      await expected.isSeen(struck);
      await expected.holds(struck);
    });

    faultRow("kernel-is-busy", async (expected) => {
      await squeezed("busy");
      makeFault(scene, refusals("EBUSY", "busy"));
      scene.container("busy").work();
      const struck = { scene, victim: "busy", mend: () => mendFault(scene) };
      await expected.isSeen(struck);
      await scene.container("busy").rest();
      await expected.holds(struck);
    });

    faultRow("kernel-denies-writing", async (expected) => {
      await squeezed("denied");
      makeFault(scene, refusals("EACCES", "denied"));
      scene.container("denied").work();
      const struck = { scene, victim: "denied", mend: () => mendFault(scene) };
      await expected.isSeen(struck);
      await scene.container("denied").rest();
      await expected.holds(struck);
    });

    faultRow("orchestrator-fails-at-every-change", async (expected) => {
      await failing(scene, { place: "orchestrator:changes" });
      await squeezed("untold");
      const struck = { scene, victim: "untold", mend: () => mendFault(scene) };
      await expected.isSeen(struck);
      await expected.holds(struck);
    });

    faultRow("history-keeper-fails-at-every-snapshot", async (expected) => {
      await failing(scene, { place: "database-snapshoter:structures" });
      const struck = { scene, victim: "unkept", mend: () => mendFault(scene) };
      await squeezed("unkept");
      await expected.isSeen(struck);
      await expected.holds(struck);
    });

    faultRow("snapshoter-fails-at-every-round", async (expected) => {
      await failing(scene, { place: "publish:structures" });
      const struck = { scene, victim: "unshown", mend: () => mendFault(scene) };
      await squeezed("unshown");
      await expected.isSeen(struck);
      await expected.holds(struck);
    });

    faultRow("agent-fails-at-an-order", async (expected) => {
      await squeezed("unordered");
      await failing(scene, { place: "journal:intended", container: "unordered" });
      scene.container("unordered").work();
      const struck = { scene, victim: "unordered", mend: () => mendFault(scene) };
      await expected.isSeen(struck);
      mendFault(scene);
      await expected.holds(struck);
    });
  });
});
