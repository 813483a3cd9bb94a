import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { nameFor } from "@sc/domain/testing";
import { containerCalled, orchestrate } from "./orchestrator-fixture.ts";

describe("the health, where settings cannot be saved,", () => {
  test("is well again once settings are saved, by the next change or without one", async () => {
    const { orchestrator, registry, store } = await orchestrate([containerCalled("web")]);
    for (const again of [() => orchestrator.setPaused("web", true), () => registry.saveOwed()]) {
      store.refuse("disk full");
      await orchestrator.setPaused("web", true);
      assert.equal(orchestrator.hostHealth().status, "degraded");
      store.refuse(undefined);
      await again();
      assert.equal(orchestrator.hostHealth().status, "ok");
    }
  });

  test("says what to do about settings that could not be saved, by its cause", async () => {
    const { orchestrator, store } = await orchestrate([containerCalled("web")]);
    for (const [cause, step] of [
      ["full", /make room/],
      ["locked", /another program.*locked/],
      ["other", /permissions/],
    ] as const) {
      store.refuse("it is refused", cause);
      await orchestrator.setPaused("web", true);
      assert.match(orchestrator.hostHealth().problems[0]?.nextStep ?? "", step);
    }
  });

  test("says so of a change that was refused, and is well again once one could be saved", async () => {
    const { orchestrator, registry, store } = await orchestrate([containerCalled("web")]);
    store.refuse("disk full");
    await orchestrator.setMode("web", { mode: "auto" });
    await registry.saveOwed();
    assert.equal(orchestrator.hostHealth().status, "degraded");
    store.refuse(undefined);
    await registry.saveOwed();
    assert.equal(orchestrator.hostHealth().status, "ok");
    assert.equal(registry.settingsOf(nameFor("web"))?.resources.cpu.mode, "observe");
  });
});
