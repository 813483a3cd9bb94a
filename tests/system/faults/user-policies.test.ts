/* Rows of `docs/operating/failure-modes.md`: policies of a user's own that fail, or are not there. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe } from "node:test";
import { whyNoRealGroups } from "@sc/cgroup/testing";
import { eventually, Scene } from "../scene.ts";
import { type Expected, faultRow } from "./fault-row.ts";

/** Its limit is 40 for all, until the file `fault` is there: then what stands in it is done. */
const policyText = (fault: string): string => `
import { existsSync, readFileSync } from "node:fs";
export const policy = {
  begin: () => 0,
  decide: (state: number, { structure }: { structure: string }) => {
    const fault = existsSync(${JSON.stringify(fault)}) ? readFileSync(${JSON.stringify(fault)}, "utf8") : "";
    if (fault === \`\${structure} throw\`) throw new Error("a fault of the policy");
    if (fault === \`\${structure} nonsense\`) return { state, limit: Number.NaN, reason: "x" };
    if (fault === \`\${structure} loop\`) for (;;);
    if (fault === "all loop") for (;;);
    return { state, limit: 40, reason: "always 40" };
  },
};
`;

let folder: string;
const fault = (): string => join(folder, "fault");
const policies = () => [
  { name: "mine", file: join(folder, "policy.ts"), resources: ["cpu"] },
  { name: "no-policy", file: join(folder, "absent.ts"), resources: ["cpu"] },
];

/** A container that the module has brought to its 40. */
async function decidedFor(scene: Scene, name: string): Promise<void> {
  const container = scene.make(name);
  await eventually("it is known", () => knows(scene, name));
  await scene.server.api.setLimits(name, { resource: "cpu", policy: "mine" });
  await eventually("its policy has decided", () => container.shares() === 40);
}

const knows = async (scene: Scene, name: string): Promise<boolean> =>
  (await scene.server.api.structures()).some((one) => one.name === name);

const isAtSafeLimit = (scene: Scene, name: string) => async (): Promise<void> => {
  await eventually("it has its max", () => scene.container(name).shares() === 80);
};

describe("policies of a user's own", { concurrency: 1, skip: whyNoRealGroups() }, () => {
  let scene: Scene;
  before(async () => {
    folder = mkdtempSync(join(tmpdir(), "sc-user-policy-"));
    writeFileSync(join(folder, "policy.ts"), policyText(fault()));
    scene = await Scene.open("user-policies", {
      containers: [],
      configuration: { policies: policies() },
    });
  });
  after(async () => {
    await scene[Symbol.asyncDispose]();
    rmSync(folder, { recursive: true });
  });

  async function prove(expected: Expected, victim: string, what: string): Promise<void> {
    await decidedFor(scene, victim);
    writeFileSync(fault(), `${victim} ${what}`);
    const struck = { scene, victim };
    await expected.isSeen(struck);
    await expected.holds(struck, { "at its safe limit": isAtSafeLimit(scene, victim) });
  }

  faultRow("user-policy-throws", (expected) => prove(expected, "thrown-for", "throw"));
  faultRow("user-policy-talks-nonsense", (expected) => prove(expected, "not-a-number", "nonsense"));
  faultRow("user-policy-loops", (expected) => prove(expected, "looped-for", "loop"));

  faultRow("user-policy-cannot-be-loaded", async (expected) => {
    const victim = "without-a-file";
    scene.make(victim);
    await eventually("it is known", () => knows(scene, victim));
    await scene.server.api.setLimits(victim, { resource: "cpu", policy: "no-policy" });
    const struck = { scene, victim };
    await expected.isSeen(struck);
    await expected.holds(struck, { "at its safe limit": isAtSafeLimit(scene, victim) });
  });

  faultRow("user-policy-loops-for-all", async (expected) => {
    const victims = Array.from({ length: 5 }, (_, index) => `of-many-${index}`);
    for (const victim of victims) await decidedFor(scene, victim);
    writeFileSync(fault(), "all loop");
    const victim = victims[0] ?? "";
    const struck = { scene, victim };
    await expected.isSeen(struck);
    await expected.holds(struck, {
      "at its safe limit": async () => {
        for (const each of victims) await isAtSafeLimit(scene, each)();
      },
    });
  });

  faultRow("policy-is-gone", async (expected) => {
    rmSync(fault());
    await decidedFor(scene, "left-without");
    await scene.server.end("SIGTERM");
    scene.configure({ policies: [] });
    await scene.server.start();
    const struck = {
      scene,
      victim: "left-without",
      mend: async () => {
        const { api } = scene.server;
        await api.setLimits("left-without", { resource: "cpu", policy: "serverless-rules" });
      },
    };
    await expected.isSeen(struck);
    await expected.holds(struck, { "at its safe limit": isAtSafeLimit(scene, "left-without") });
  });
});
