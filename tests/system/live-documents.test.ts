import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { ApiError } from "@sc/api-client";
import { whyNoRealGroups } from "@sc/cgroup/testing";
import { eventually, Scene } from "./scene.ts";

describe("rules and settings that change while the server runs", {
  skip: whyNoRealGroups(),
}, () => {
  test("a rule that is switched off fires no more, and fires again once it is ours again", async () => {
    await using scene = await Scene.open("live-rule", { containers: ["web"] });
    const { api } = scene.server;
    const web = scene.container("web");
    await eventually("it is squeezed", () => web.isSqueezed());
    const { rule } = await api.rule("cpu_rescale_up");
    await api.putRule("cpu_rescale_up", { ...rule, isActive: false }, 0);
    web.work();
    await hasEvents(scene, "up", 20);
    assert.ok(web.isSqueezed(), "many events above upper, and no growth");

    await api.removeRule("cpu_rescale_up", 1);
    await eventually("it grows", () => web.isGrown());
    const [requested] = await api.changes({ structure: "web", limit: 1 });
    assert.equal(requested?.reason.code, "usage-above-upper");
  });

  test("a rule that was changed says how much a limit grows by", async () => {
    await using scene = await Scene.open("live-amount", { containers: ["web"] });
    const { api } = scene.server;
    const web = scene.container("web");
    await eventually("it is squeezed", () => web.isSqueezed());
    const { rule } = await api.rule("cpu_rescale_up");
    assert.equal(rule.kind, "request");
    await api.putRule("cpu_rescale_up", { ...rule, rescale: { kind: "amount", amount: 7 } });
    web.work();
    await eventually("it has grown by that", async () => {
      const changes = await api.changes({ structure: "web", limit: 1000 });
      return changes.some((one) => Number(one.new) - Number(one.old) === 7);
    });
  });

  test("a scaler that is switched off orders nothing, whatever is asked for", async () => {
    await using scene = await Scene.open("live-switch", { containers: ["web"] });
    const { api } = scene.server;
    const web = scene.container("web");
    await eventually("it is squeezed", () => web.isSqueezed());
    await api.updateSettings("scaler", { isActive: false });
    web.work();
    await hasEvents(scene, "up", 20);
    assert.ok(web.isSqueezed());
    await api.updateSettings("scaler", { isActive: null });
    await eventually("it grows", () => web.isGrown());
  });

  test("both are in force again after a restart", async () => {
    await using scene = await Scene.open("live-restart", { containers: ["web"] });
    const { api } = scene.server;
    const { rule } = await api.rule("mem_rescale_up");
    await api.putRule("mem_rescale_up", { ...rule, isActive: false });
    await api.updateSettings("guardian", { eventTimeoutWindows: 20 });
    await scene.server.end("SIGTERM");
    await scene.server.start();
    const [kept, settings] = [await api.rule("mem_rescale_up"), await api.settingsOf("guardian")];
    assert.deepEqual([kept.origin, kept.revision, kept.rule.isActive], ["changed", 1, false]);
    const presets = {
      isActive: true,
      windowSeconds: null,
      eventTimeoutWindows: 12,
      noDataSeconds: 30,
      guardedResources: ["cpu", "mem", "disk_read", "disk_write", "net"],
    };
    assert.deepEqual(
      [settings.revision, settings.values, settings.presets],
      [1, { ...presets, eventTimeoutWindows: 20 }, presets],
    );
  });

  test("what does not fit is refused with the field, and nothing changes", async () => {
    await using scene = await Scene.open("live-refused", { containers: ["web"] });
    const { api } = scene.server;
    const { rule } = await api.rule("cpu_rescale_up");
    const condition = { ">=": [{ var: "events.scale.up" }, 99] };
    const refusals = [
      api.putRule("cpu_rescale_up", { ...rule, condition }),
      api.putRule("cpu_rescale_up", { ...rule, condition: { "<": ["text", 1] } }),
      api.updateSettings("guardian", { eventTimeoutWindows: 2 }),
      api.updateSettings("node-agent", { autoSeconds: -1 }),
    ];
    for (const refusal of await Promise.allSettled(refusals)) {
      assert.ok(refusal.status === "rejected" && refusal.reason instanceof ApiError);
    }
    assert.equal((await api.rule("cpu_rescale_up")).revision, 0);
    assert.equal((await api.settingsOf("guardian")).revision, 0);
  });
});

/** That many events since now. */
async function hasEvents(scene: Scene, direction: string, count: number): Promise<void> {
  const { api } = scene.server;
  const from = Date.now() / 1000;
  await eventually(`${count} events ${direction}`, async () => {
    const events = await api.events({ structure: "web", limit: 1000, from });
    return events.filter((event) => event.direction === direction).length >= count;
  });
}
