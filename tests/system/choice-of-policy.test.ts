import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { ApiError } from "@sc/api-client";
import { whyNoRealGroups } from "@sc/cgroup/testing";
import { eventually, Scene } from "./scene.ts";

describe("which policy decides", { skip: whyNoRealGroups() }, () => {
  test("is chosen per container: one has its quota moved, the other its weight", async () => {
    await using scene = await Scene.open("policy-choice", { containers: ["web", "db"] });
    const { api } = scene.server;
    await api.setLimits("db", { resource: "cpu", policy: "weight-only" });
    await eventually("web is squeezed", () => scene.container("web").isSqueezed());
    await eventually("db has its max", () => scene.container("db").shares() === 80);
    const isMoved = async () => (await scene.changeCodes("db")).includes("weight-follows-use");
    await eventually("db's weight was moved", isMoved);
    assert.equal(scene.container("db").shares(), 80, "its quota is its max");
    const { resources } = await api.explain("db");
    assert.equal(resources[0]?.policy, "weight-only");
  });

  test("is kept over a restart", async () => {
    await using scene = await Scene.open("policy-kept", { containers: ["web"] });
    const { api } = scene.server;
    await api.setLimits("web", { resource: "cpu", policy: "percentile" });
    await scene.server.end("SIGTERM");
    await scene.server.start();
    const { cpu, mem } = (await api.structure("web")).resources;
    assert.deepEqual([cpu.policy, mem.policy], ["percentile", "memory-pressure"]);
  });

  test("must be one that decides about the resource: else refused with those that do", async () => {
    await using scene = await Scene.open("policy-refused", { containers: ["web"] });
    const { api } = scene.server;
    const refused = await api.setLimits("web", { resource: "mem", policy: "weight-only" }).then(
      () => undefined,
      (error: unknown) => (error instanceof ApiError ? error : undefined),
    );
    assert.deepEqual(
      [refused?.status, refused?.code, refused?.field],
      [400, "SC_POLICY_UNKNOWN", "policy"],
    );
    assert.match(
      refused?.detail ?? "",
      /decides about cpu, not about mem; mem can be given to serv/,
    );
    const policies = await api.policies();
    assert.ok(policies.some(({ name, resource }) => name === "percentile" && resource === "mem"));
  });

  test("only recommends where the mode says so, whichever it is", async () => {
    await using scene = await Scene.open("policy-recommend", { containers: ["web"] });
    const { api } = scene.server;
    await api.setLimits("web", { resource: "cpu", policy: "weight-only" });
    await api.setMode("web", { mode: "recommend" });
    await eventually("its first limit is back", () => scene.container("web").hasFirstLimit());
    for (const { name } of (await api.policies()).filter(({ resource }) => resource === "cpu")) {
      await api.setLimits("web", { resource: "cpu", policy: name });
      await eventually(`${name} has decided`, async () => {
        const { decision, policy } = (await api.explain("web")).resources[0] ?? {};
        return policy === name && decision !== undefined;
      });
    }
    assert.ok(scene.container("web").hasFirstLimit(), "none of them wrote a limit");
  });
});
