import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { burstQuota, parseStructureName, policyBook, runnable } from "@sc/domain";
import { FakeBus } from "@sc/ports/testing";
import { VirtualClock } from "../clock/virtual-clock.ts";
import { hog, idle } from "../demand/demand.ts";
import { SimulatedHost } from "../host/simulated-host.ts";
import { ScaledHost } from "./scaled-host.ts";

/** Four cores, of which nine tenths may be granted, and containers that may have all of them. */
class FullHost {
  readonly clock = new VirtualClock();
  readonly host = new SimulatedHost({ clock: this.clock }, { cores: 4 });
  #scaled: ScaledHost | undefined;

  static async with(names: readonly string[]): Promise<FullHost> {
    const full = new FullHost();
    const { clock, host } = full;
    for (const name of names)
      host.makeContainer({ name, engine: "lxc", limit: { quotaShares: 400 }, demand: idle });
    const policies = policyBook([runnable(burstQuota())]);
    const policyNames = { cpu: "burst-quota" };
    full.#scaled = await ScaledHost.make({
      ...{ clock, host, policies, policyNames },
      bus: new FakeBus(),
    });
    full.#scaled.start();
    return full;
  }

  async settings(name: string, cpu: { max?: number; priority?: number }): Promise<void> {
    const parsed = parseStructureName(name);
    assert.ok(parsed.ok);
    const structures = [{ name: parsed.value, resources: { cpu } }];
    await this.#scaled?.registry.update({ structures }, "required");
  }

  hogs(...names: readonly string[]): void {
    for (const name of names) this.host.setDemand(`/${name}`, hog(4));
  }

  quotaOf(name: string): number {
    const group = this.host.open({ path: `/${name}` });
    return (group.ok ? group.value.readCpuLimit()?.quotaShares : undefined) ?? Number.NaN;
  }
}

describe("a full host", () => {
  test("gives a newcomer its share of what the first ones hold", async () => {
    const full = await FullHost.with(["a", "b", "c"]);
    full.clock.advance(20);
    full.hogs("a", "b");
    full.clock.advance(30);
    assert.ok(full.quotaOf("a") + full.quotaOf("b") > 300, `${full.quotaOf("a")}`);
    full.hogs("c");
    full.clock.advance(60);
    for (const name of ["a", "b", "c"]) {
      const quota = full.quotaOf(name);
      assert.ok(quota > 95 && quota < 145, `${name} ${quota}`);
    }
  });

  test("divides by what was paid for, and serves a higher priority first", async () => {
    const full = await FullHost.with(["a", "b", "c"]);
    await full.settings("b", { max: 200 });
    full.clock.advance(20);
    full.hogs("a", "b");
    full.clock.advance(90);
    const part = full.quotaOf("a") / full.quotaOf("b");
    assert.ok(part > 1.7 && part < 2.4, `${full.quotaOf("a")} ${full.quotaOf("b")}`);
    await full.settings("c", { priority: 1, max: 250 });
    full.hogs("c");
    full.clock.advance(90);
    assert.ok(full.quotaOf("c") > 230, `${full.quotaOf("c")}`);
    assert.ok(full.quotaOf("a") >= 10 && full.quotaOf("b") >= 10);
  });

  test("takes nothing from anyone while nobody waits", async () => {
    const full = await FullHost.with(["a", "b"]);
    full.clock.advance(20);
    full.hogs("a");
    full.clock.advance(30);
    assert.ok(full.quotaOf("a") > 330, `${full.quotaOf("a")}`);
  });
});
