import assert from "node:assert/strict";
import { beforeEach, describe, test } from "node:test";
import { type Change, monotonicSeconds, type UsageSample, wallSeconds } from "@sc/domain";
import { idFor, nameFor } from "@sc/domain/testing";
import { FakeBus } from "@sc/ports/testing";
import { TickingClock } from "../service-loop/ticking-clock.ts";
import { OutsideUsage } from "./outside-usage.ts";

const web = nameFor("web");
const hostObservation = {
  cpu: { total: 1000, grantable: 900, granted: 0, isOvercommitted: false },
  mem: { total: 8192, grantable: 4096, granted: 0, isOvercommitted: false },
  isPressed: false,
};
const memory = {
  cachedMib: 30,
  dirtyMib: 0,
  refaultMibPerSecond: 0,
  swappedMib: 0,
  isBraked: false,
};

class Scene {
  readonly clock = new TickingClock();
  readonly bus = new FakeBus();
  readonly published: UsageSample[] = [];
  readonly outside = new OutsideUsage({ bus: this.bus, clock: this.clock, timers: this.clock });

  constructor() {
    this.outside.start();
    this.bus.subscribe("usage", ({ samples }) => {
      this.published.push(...samples.filter(({ origin }) => origin !== undefined));
    });
  }

  own(changed: Partial<UsageSample> = {}): UsageSample {
    const at = this.clock.monotonic();
    const sample: UsageSample = {
      ...{ name: web, id: idFor("web"), at, windowSeconds: 0.1, cpuSharesUsed: 150 },
      cpuLimit: { quotaShares: 170, burstShares: 0, periodMs: 100, weight: 170 },
      isFrozen: false,
      ...{ memMibUsed: 70, memMibFloor: 80, memMibLimit: 200, memory },
      ...changed,
    };
    this.bus.publish("usage", { host: "host1", at, samples: [sample], hostObservation });
    return sample;
  }

  post(resource: "cpu" | "mem", used: number, windowSeconds: number | undefined = 5): void {
    this.outside.take("posted", [{ structure: web, resource, used, windowSeconds }]);
  }
}

describe("what others measure", () => {
  let scene: Scene;
  beforeEach(() => {
    scene = new Scene();
  });

  test("is a sample at once, of one resource, under the limits that the agent tells", () => {
    const own = scene.own();
    scene.clock.tick();
    scene.post("cpu", 40);
    const [sample] = scene.published;
    const { cpuLimit, memMibLimit, id } = own;
    assert.partialDeepStrictEqual(sample, {
      ...{ id, cpuLimit, memMibLimit, origin: "posted", only: "cpu", cpuSharesUsed: 40 },
      windowSeconds: 5,
      at: scene.clock.monotonic(),
    });
  });

  test("counts instead of the agent's own, for the resource it tells of", () => {
    scene.own();
    scene.post("cpu", 40);
    scene.clock.tick();
    const own = scene.own();
    assert.equal(scene.outside.counts(own, "cpu"), false);
    assert.equal(scene.outside.counts(own, "mem"), true);
    for (const sample of scene.published) assert.equal(scene.outside.counts(sample, "cpu"), true);
  });

  test("counts no longer when it has been silent for three windows, and no less than 15 s", () => {
    const isOwnCounted = () => scene.outside.counts(scene.own(), "cpu");
    scene.own();
    scene.post("cpu", 40, undefined);
    scene.clock.tick(15);
    assert.equal(isOwnCounted(), false);
    scene.clock.tick();
    assert.equal(isOwnCounted(), true);
    scene.post("cpu", 40, 10);
    scene.clock.tick(30);
    assert.equal(isOwnCounted(), false);
    scene.clock.tick();
    assert.equal(isOwnCounted(), true);
  });

  test("of a disk or a network is held against the limit that the agent told last", () => {
    const limit = 50;
    scene.own({ rates: { disk_read: { windowSeconds: 1, used: 1, limit } } });
    scene.own();
    scene.outside.take("posted", [
      { structure: web, resource: "disk_read", used: 20, windowSeconds: 5 },
      { structure: web, resource: "net", used: 20, windowSeconds: 5 },
    ]);
    assert.deepEqual(
      scene.published.map(({ only, rates }) => [only, rates]),
      [["disk_read", { disk_read: { windowSeconds: 5, used: 20, limit } }]],
    );
  });

  test("never keeps tasks that wait for memory from being seen", () => {
    scene.own();
    scene.post("mem", 40);
    assert.equal(scene.outside.counts(scene.own({ isWaitingForMemory: true }), "mem"), true);
  });

  test("waits for the agent's next sample where a limit was changed since its last", () => {
    scene.own();
    const change: Change = {
      ...{ host: "host1", structure: web, id: idFor("web"), resource: "cpu", outcome: "applied" },
      ...{ old: 170, new: 300, author: { kind: "policy", name: "x" }, sequence: 1 },
      reason: { code: "inside-band", text: "" },
      ...{ at: scene.clock.monotonic(), stamp: wallSeconds(1) },
    };
    scene.bus.publish("changes", [change]);
    scene.post("cpu", 40);
    scene.post("cpu", 45);
    assert.deepEqual(scene.published, []);
    scene.own({ cpuLimit: { quotaShares: 300, burstShares: 0, periodMs: 100, weight: 300 } });
    assert.equal(scene.published.length, 1);
    assert.partialDeepStrictEqual(scene.published[0], {
      cpuSharesUsed: 45,
      cpuLimit: { quotaShares: 300 },
    });
  });

  test("is no more memory than the kernel charges the group", () => {
    scene.own();
    scene.post("mem", 90);
    scene.post("mem", 700);
    assert.deepEqual(
      scene.published.map(({ memMibUsed }) => memMibUsed),
      [90, 100],
    );
  });

  test("of a container that started anew, or is not here, is dropped", () => {
    scene.post("cpu", 40);
    scene.own();
    const at = monotonicSeconds(1001);
    scene.bus.publish("containers", [{ kind: "gone", name: web, id: idFor("web"), at }]);
    scene.post("cpu", 40);
    assert.deepEqual(scene.published, []);
  });

  test("is made of points that a monitor posts", () => {
    scene.own();
    for (const seconds of [0, 5, 10]) {
      const stamp = wallSeconds(scene.clock.wall() + seconds);
      const point = { host: "web", process: "1", stamp };
      scene.outside.posted.take({ ...point, part: "cpuUser", value: 30 });
      scene.outside.posted.take({ ...point, part: "cpuKernel", value: 3 });
    }
    assert.deepEqual(
      scene.published.map(({ cpuSharesUsed, windowSeconds }) => [cpuSharesUsed, windowSeconds]),
      [
        [33, undefined],
        [33, 5],
      ],
    );
  });

  test("ends with the service", async () => {
    assert.equal(scene.outside.health().status, "running");
    await scene.outside.stop();
    assert.equal(scene.outside.health().status, "stopped");
    assert.equal(scene.clock.timers, 0);
    scene.own();
    scene.post("cpu", 40);
    assert.deepEqual(scene.published, []);
  });
});
