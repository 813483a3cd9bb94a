import assert from "node:assert/strict";
import { beforeEach, describe, test } from "node:test";
import { type CpuLimit, kernelDefaultCpuLimit } from "@sc/domain";
import type { ControlGroup } from "@sc/ports";
import { VirtualClock } from "../clock/virtual-clock.ts";
import { steady } from "../demand/demand.ts";
import { SimulatedHost } from "./simulated-host.ts";

const limitOf = (change: Partial<CpuLimit>): CpuLimit => ({ ...kernelDefaultCpuLimit, ...change });

let clock: VirtualClock;
let host: SimulatedHost;

beforeEach(() => {
  clock = new VirtualClock();
  host = new SimulatedHost({ clock }, { cores: 2 });
});

function groupAt(path: string): ControlGroup {
  const opened = host.open({ path });
  assert.ok(opened.ok);
  return opened.value;
}

describe("opening a group", () => {
  const rows = [
    { path: "/nowhere", code: "gone" },
    { path: "/", code: "never-touch" },
    { path: "web", code: "invalid-path" },
    { path: "/a/../b", code: "invalid-path" },
    { path: "/a//b", code: "invalid-path" },
    { path: "/a\0b", code: "invalid-path" },
    { path: `/${"a".repeat(300)}`, code: "invalid-path" },
  ] as const;
  for (const { path, code } of rows) {
    test(`${JSON.stringify(path.slice(0, 12))} is refused as ${code}`, () => {
      const opened = host.open({ path });
      assert.ok(!opened.ok);
      assert.equal(opened.error.code, code);
    });
  }
});

describe("writing a cpu limit", () => {
  beforeEach(() => host.makeGroup("/web"));

  test("only what differs is written, and it is read back", () => {
    const group = groupAt("/web");
    const limit = limitOf({ quotaShares: 50, burstShares: 20, weight: 50 });
    const outcome = group.writeCpuLimit(limit);
    assert.ok(outcome.kind === "applied");
    assert.equal(outcome.writes, 3);
    assert.deepEqual(outcome.limit, limit);
    assert.deepEqual(group.readCpuLimit(), limit);
  });

  test("nothing is written when nothing differs", () => {
    const group = groupAt("/web");
    group.writeCpuLimit(limitOf({ quotaShares: 50 }));
    const refilled = host.refilledCoreSeconds("/web");
    assert.equal(group.writeCpuLimit(limitOf({ quotaShares: 50 })).kind, "unchanged");
    assert.equal(host.refilledCoreSeconds("/web"), refilled);
  });

  const path: readonly [string, Partial<CpuLimit>, Partial<CpuLimit>][] = [
    ["shrinks", { quotaShares: 80, burstShares: 80 }, { quotaShares: 30, burstShares: 30 }],
    ["grows", { quotaShares: 30, burstShares: 30 }, { quotaShares: 80, burstShares: 80 }],
    ["loses its quota", { quotaShares: 30, burstShares: 30 }, { quotaShares: null }],
    [
      "gets a longer period",
      { quotaShares: 30, burstShares: 30 },
      { quotaShares: 30, burstShares: 30, periodMs: 1000 },
    ],
  ];
  for (const [what, from, to] of path) {
    test(`burst stays within the quota at each write when a limit ${what}`, () => {
      const group = groupAt("/web");
      assert.equal(group.writeCpuLimit(limitOf(from)).kind, "applied");
      const outcome = group.writeCpuLimit(limitOf(to));
      assert.equal(outcome.kind, "applied");
      assert.deepEqual(group.readCpuLimit(), limitOf(to));
    });
  }

  test("a quota below the burst is invalid, and the answer says what is held", () => {
    const group = groupAt("/web");
    const outcome = group.writeCpuLimit(limitOf({ quotaShares: 30, burstShares: 40 }));
    assert.ok(outcome.kind === "refused");
    assert.equal(outcome.refusal.code, "invalid");
    assert.deepEqual(outcome.limit, limitOf({ quotaShares: 30 }));
  });

  test("a burst left behind keeps another hand from setting a smaller quota", () => {
    host.writeByAnotherHand("/web", { quotaShares: 50, burstShares: 50 });
    assert.throws(() => host.writeByAnotherHand("/web", { quotaShares: 30 }), /another hand/);
  });

  test("writes are refused as often as a fault says, then taken again", () => {
    const group = groupAt("/web");
    host.refuseNextWrites("/web", { code: "read-only", text: "EROFS" }, 2);
    const kinds = [1, 2, 3].map(() => group.writeCpuLimit(limitOf({ quotaShares: 50 })).kind);
    assert.deepEqual(kinds, ["refused", "refused", "applied"]);
  });

  test("every write is told to who watches, after it, until the watch is cancelled", () => {
    const group = groupAt("/web");
    let told = 0;
    const onWrite = (): void => {
      told += 1;
    };
    const watch = group.watchLimits(onWrite, () => undefined);
    host.writeByAnotherHand("/web", { quotaShares: 50 });
    assert.equal(told, 0);
    clock.advance(0);
    assert.equal(told, 1);
    watch?.cancel();
    group.writeCpuLimit(limitOf({ quotaShares: 40 }));
    clock.advance(1);
    assert.equal(told, 1);
  });
});

describe("what puts limits back", () => {
  test("says which limits they are, and leaves out what is not known", () => {
    host.makeGroup("/web");
    const group = groupAt("/web");
    const cpu = limitOf({ quotaShares: 70, burstShares: 35, weight: 50, periodMs: 500 });
    for (const limits of [
      { cpu, memMib: 256 },
      { cpu: kernelDefaultCpuLimit, memMib: null },
      { cpu, memMib: undefined },
      { cpu: undefined, memMib: 64 },
    ]) {
      assert.deepEqual(group.limitsOfEntries(group.restoreEntries(limits)), limits);
    }
  });

  test("is for one group and says nothing of another of its name", () => {
    host.makeGroup("/web");
    const entries = groupAt("/web").restoreEntries({ cpu: limitOf({}), memMib: null });
    host.removeGroup("/web");
    host.makeGroup("/web");
    const nothing = { cpu: undefined, memMib: undefined };
    assert.deepEqual(groupAt("/web").limitsOfEntries(entries), nothing);
  });
});

describe("a group that is gone", () => {
  test("has no readings and takes no writes, and a new one of its name is another", async () => {
    host.makeGroup("/web");
    const old = groupAt("/web");
    host.removeGroup("/web");
    host.makeGroup("/web");
    assert.equal(old.exists(), false);
    assert.equal(old.readCpuUsedSeconds(), undefined);
    assert.equal(old.readCpuLimit(), undefined);
    assert.equal(old.writeCpuLimit(limitOf({ quotaShares: 50 })).kind, "gone");
    assert.deepEqual(await old.writeMemMibLimit(100, 1), { kind: "gone" });
    assert.notEqual(groupAt("/web").id, old.id);
    assert.equal(groupAt("/web").readCpuLimit()?.quotaShares, null);
  });

  test("what it used stays counted on the host", () => {
    host.makeGroup("/web");
    host.burnCpu("/web", 0.5);
    host.removeGroup("/web");
    assert.ok(Math.abs(host.readCpuUsedSeconds() - 0.5) < 1e-6);
  });
});

describe("readings", () => {
  test("cpu that is burnt is counted, under the limit that holds it", () => {
    host.makeGroup("/web");
    const group = groupAt("/web");
    group.writeCpuLimit(limitOf({ quotaShares: 50 }));
    host.burnCpu("/web", 1);
    assert.ok(Math.abs((group.readCpuUsedSeconds() ?? 0) - 1) < 1e-6);
    assert.ok(clock.monotonic() > 1.8, `took ${clock.monotonic()} s`);
  });

  test("can be made missing, which is not zero", () => {
    host.makeGroup("/web");
    const group = groupAt("/web");
    host.setUnreadable("/web", true);
    assert.equal(group.readCpuUsedSeconds(), undefined);
    assert.equal(group.readThrottling(), undefined);
    assert.equal(group.readMemMibCharged(), undefined);
    assert.equal(group.exists(), true);
    host.setUnreadable("/web", false);
    assert.equal(group.readCpuUsedSeconds(), 0);
  });

  test("a memory limit under what is in use is refused, above it taken", async () => {
    host.makeGroup("/web");
    const group = groupAt("/web");
    host.setMemMibUsed("/web", 100);
    const refused = await group.writeMemMibLimit(99, 1);
    assert.ok(refused.kind === "refused");
    assert.equal(refused.refusal.code, "memory-in-use");
    assert.deepEqual(await group.writeMemMibLimit(128, 1), { kind: "applied", memMib: 128 });
    assert.deepEqual(await group.writeMemMibLimit(128, 1), { kind: "unchanged", memMib: 128 });
    assert.equal(group.readMemMibLimit(), 128);
  });
});

describe("the finder of the simulated host", () => {
  test("finds containers of its engine only, until they are removed", () => {
    host.makeContainer({ name: "web", engine: "lxc", demand: steady(0.1) });
    host.makeContainer({ name: "unit", engine: "plain", path: "/my.slice/unit" });
    const names = (): readonly string[] =>
      host
        .finder("lxc")
        .find()
        .containers.map(({ name, group }) => `${name} ${group.path}`);
    assert.deepEqual(names(), ["web /web"]);
    host.removeGroup("/web");
    assert.deepEqual(names(), []);
    assert.equal(host.finder("plain").owns({ path: "/my.slice/unit" }), true);
    assert.equal(host.finder("lxc").owns({ path: "/my.slice/unit" }), false);
  });

  test("a name that cannot be one is a problem and no container", () => {
    host.makeContainer({ name: "a b", engine: "lxc", path: "/strange" });
    const answer = host.finder("lxc").find();
    assert.deepEqual(answer.containers, []);
    assert.equal(answer.problems[0]?.code, "SC_NAME_INVALID");
  });

  test("tells who watches that containers came and went", () => {
    let told = 0;
    const watch = host.finder("lxc").watch(() => {
      told += 1;
    });
    host.makeContainer({ name: "web", engine: "lxc" });
    host.removeGroup("/web");
    clock.advance(0);
    assert.equal(told, 2);
    watch?.cancel();
    host.makeContainer({ name: "web", engine: "lxc" });
    clock.advance(1);
    assert.equal(told, 2);
  });
});
