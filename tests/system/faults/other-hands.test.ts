/* Rows of `docs/operating/failure-modes.md`: others write limits too, and owners change their minds. */
import assert from "node:assert/strict";
import { describe } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { noBrakes } from "@sc/server/testing";
import { eventually, faultyServer, type PlainContainer, quickSettings, Scene } from "../scene.ts";
import { makeFault } from "./fault.ts";
import { type Expected, faultRow } from "./fault-row.ts";

/** What another hand writes to a container that is squeezed; each to one of its own. */
const hands = {
  quota: { controller: "cpu", file: "cpu.cfs_quota_us", value: "20000" },
  burst: { controller: "cpu", file: "cpu.cfs_burst_us", value: "3000" },
  weight: { controller: "cpu", file: "cpu.shares", value: "777" },
  memory: { controller: "memory", file: "memory.limit_in_bytes", value: String(400 * 1_048_576) },
} as const;
type Part = keyof typeof hands;
const parts: readonly Part[] = ["quota", "burst", "weight", "memory"];

class Hands {
  readonly scene: Scene;
  readonly #before = new Map<Part, string>();

  constructor(scene: Scene) {
    this.scene = scene;
  }

  static async open(expected: Expected, drift: string): Promise<Hands> {
    const mem = { mode: "auto", min: 64 };
    const scene = await Scene.open(expected.row.id, {
      containers: parts,
      configuration: { drift, defaults: { ...quickSettings.defaults, mem } },
    });
    const hand = new Hands(scene);
    for (const part of parts) {
      await eventually("it is squeezed", () => scene.container(part).isSqueezed());
      await eventually("its memory is, too", () => hand.memMib(part) < 100_000);
    }
    return hand;
  }

  memMib(part: Part): number {
    const path = `${this.scene.container(part).path}/memory.limit_in_bytes`;
    return Number(this.scene.groups.read("memory", path)) / 1_048_576;
  }

  read(part: Part): string {
    const { controller, file } = hands[part];
    return this.scene.groups.read(controller, `${this.scene.container(part).path}/${file}`);
  }

  async writeAll(isPausedFirst = true): Promise<void> {
    for (const part of parts) {
      const { controller, file, value } = hands[part];
      this.#before.set(part, this.read(part));
      // What is adopted is squeezed again in the next moment.
      if (isPausedFirst) await this.scene.server.api.pause(part);
      this.scene.groups.write(controller, `${this.scene.container(part).path}/${file}`, value);
    }
  }

  async toldOfAll(expected: Expected): Promise<void> {
    for (const part of parts) await expected.isSeen({ scene: this.scene, victim: part });
  }

  hasValueOfBefore(part: Part): boolean {
    return this.read(part) === this.#before.get(part);
  }
}

describe("another hand on a limit", { concurrency: 2 }, () => {
  faultRow("other-hand-adopted", async (expected) => {
    const hand = await Hands.open(expected, "adopt");
    await using scene = hand.scene;
    await hand.writeAll();
    await hand.toldOfAll(expected);
    await expected.proves("the other hand's limit", async () => {
      for (const part of parts) {
        assert.equal(hand.read(part), hands[part].value);
        await scene.server.api.release(part);
        assert.equal(hand.read(part), hands[part].value, `${part} after release`);
      }
    });
  });

  faultRow("other-hand-held", async (expected) => {
    const hand = await Hands.open(expected, "hold");
    await using scene = hand.scene;
    await hand.writeAll();
    await hand.toldOfAll(expected);
    await expected.proves("the other hand's limit", async () => {
      await scene.server.api.resume(undefined);
      for (const part of parts) await scene.server.api.resume(part);
      for (const part of parts) scene.container(part).work();
      await delay(1000);
      for (const part of parts) assert.equal(hand.read(part), hands[part].value);
    });
  });

  faultRow("other-hand-repaired", async (expected) => {
    const hand = await Hands.open(expected, "repair");
    await using scene = hand.scene;
    await hand.writeAll(false);
    await hand.toldOfAll(expected);
    await expected.proves("our limit again", async () => {
      for (const part of parts) {
        await eventually(`${part} is ours again`, () => hand.hasValueOfBefore(part));
        await scene.server.api.release(part);
      }
      for (const part of parts) assert.ok(scene.container(part).hasFirstLimit(), part);
    });
  });

  for (const when of ["before", "after"] as const) {
    // Written out, so that the table can be compared with them.
    const prove = async (expected: Expected): Promise<void> => {
      await using scene = await Scene.open(expected.row.id, {
        containers: ["idle"],
        program: faultyServer,
      });
      await eventually("the idle one is squeezed", () => scene.container("idle").isSqueezed());
      const web = scene.make("web");
      const text = "30000";
      const action = { kind: "write", text } as const;
      makeFault(scene, { place: "kernel:write:cpu.cfs_quota_us", when, action, container: "web" });
      await eventually("it is scaled", () => web.isSqueezed());
      await expected.isSeen({ scene, victim: "web" });
      await expected.proves("kernel and book agree", async () => {
        const { resources } = await scene.server.api.structure("web");
        assert.equal(Math.round(resources.cpu.current ?? 0), Math.round(web.shares()));
        const { problems } = await scene.server.api.health();
        assert.deepEqual(problems, []);
      });
      await expected.proves("goes on", async () => {
        web.work();
        await eventually("it grows", () => web.shares() > 40);
      });
    };
    if (when === "before") faultRow("other-hand-before-our-write", prove);
    else faultRow("other-hand-after-our-write", prove);
  }
});

describe("an owner and a host that are at odds", { concurrency: 2 }, () => {
  faultRow("max-lowered-under-load", async (expected) => {
    await using scene = await Scene.open("lowered", { containers: ["web"] });
    const web = scene.container("web");
    web.work();
    await eventually("it is at its max", () => web.shares() === 80);
    await scene.server.api.setLimits("web", { resource: "cpu", max: 40 });
    await expected.proves("the owner's max at once", async () => {
      await eventually("it is at its new max", () => web.shares() <= 40);
      await delay(1000);
      assert.ok(web.shares() <= 40);
    });
    await expected.isSeen({ scene, victim: "web" });
  });

  faultRow("overcommitted-at-the-start", async (expected) => {
    const names = ["web", "one", "two", "three", "four"];
    await using scene = Scene.prepare("overcommitted", {
      containers: names,
      configuration: {
        // Five times 80 shares, where two cores have 200.
        host: { ...quickSettings.host, overcommit: 1 },
        // Nothing shrinks before it was looked at.
        brakes: { ...noBrakes, learningSeconds: 3600 },
      },
    });
    const all = (): readonly PlainContainer[] => names.map((name) => scene.container(name));
    const sum = (): number => all().reduce((total, each) => total + each.shares(), 0);
    const web = scene.container("web");
    web.work();
    const before = sum();
    await scene.server.start();
    await scene.server.api.setLimits("web", { resource: "cpu", max: 150 });
    await expected.isSeen({ scene, victim: "web" });
    await expected.proves("nothing inflated", () => {
      assert.equal(web.shares(), 80);
      assert.ok(sum() <= before);
    });
    await expected.proves("shrinks go on", async () => {
      await scene.server.api.updateSettings("scaler", { learningSeconds: 0 });
      const idle = all().filter((each) => each !== web);
      await eventually("the idle ones are squeezed", () => idle.every((one) => one.isSqueezed()));
      await eventually("what they gave is granted", () => web.shares() > 80);
      assert.ok(sum() <= 200);
    });
  });
});
