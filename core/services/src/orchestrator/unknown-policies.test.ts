import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { nameFor } from "@sc/domain/testing";
import { containerCalled, orchestrate } from "./orchestrator-fixture.ts";

describe("the policies", () => {
  test("are listed by resource, with the one that decides where nobody chose", async () => {
    const { orchestrator } = await orchestrate([]);
    assert.deepEqual(orchestrator.policies(), [
      { name: "serverless-rules", resource: "cpu", isDefault: true },
      { name: "serverless-rules", resource: "mem", isDefault: true },
    ]);
  });

  test("that are not known (any more) are in the health, of what they were to decide about", async () => {
    const { orchestrator, registry } = await orchestrate([containerCalled("web")]);
    const gone = { mode: "auto", policy: "gone-module" } as const;
    const structures = [{ name: nameFor("web"), resources: { cpu: gone } }];
    await registry.update({ structures }, "required");
    const told = orchestrator.hostHealth().problems.map(({ code, structure }) => [code, structure]);
    assert.deepEqual(told, [["SC_POLICY_UNKNOWN", "web"]]);
    await orchestrator.setMode("web", { mode: "observe" });
    assert.deepEqual(orchestrator.hostHealth().problems, []);
  });

  test("are changed with the limits, and refused where they cannot decide", async () => {
    const { orchestrator } = await orchestrate([containerCalled("web")]);
    const wish = { resource: "cpu", policy: "gone-module" } as const;
    const answer = await orchestrator.setLimits("web", wish);
    assert.equal(answer.ok ? undefined : answer.error.code, "SC_POLICY_UNKNOWN");
  });
});
