import assert from "node:assert/strict";
import { describe, test } from "node:test";
import {
  type Application,
  cpuLimitOfShares,
  defaultBrakeSettings,
  type GroupSample,
  monotonicSeconds,
  type Order,
  type StructureName,
  type UsageSample,
  wallSeconds,
} from "@sc/domain";
import { defaultsByRules, idFor, nameFor, rulesOnly } from "@sc/domain/testing";
import { FakeBus, InMemoryDocumentStore } from "@sc/ports/testing";
import { Scaler } from "../scaler/scaler.ts";
import { StructureRegistry } from "../structure-registry/structure-registry.ts";
import { GroupBook } from "./group-book.ts";
import { GroupGuardian } from "./group-guardian.ts";
import { groupsOfScaler } from "./groups-of-scaler.ts";
import { Refeeder } from "./refeeder.ts";

const [shop, web, db] = [nameFor("shop"), nameFor("web"), nameFor("db")];
const silentLog = { info: () => {}, warn: () => {}, error: () => {} };

const programs = {
  ...{ installScript: "", installFiles: "", runtimeFiles: "", outputDir: "" },
  ...{ startScript: "", stopScript: "" },
};

const applicationWith = (cpu: Partial<Application["resources"]["cpu"]> = {}): Application => ({
  containers: [web, db],
  isGuarded: true,
  state: "running",
  resources: { cpu: { min: 20, max: 400, isGuarded: true, ...cpu } },
  programs,
});

/** Two containers in observe, in an application whose cpu is in auto. */
async function stage(application = applicationWith()) {
  const bus = new FakeBus();
  let now = 1;
  const clock = { monotonic: () => monotonicSeconds(now), wall: () => wallSeconds(now) };
  const store = new InMemoryDocumentStore();
  const groups = new GroupBook(store);
  const registry = await StructureRegistry.load({ defaults: defaultsByRules, store, groups });
  await store.save([
    { action: "put", document: { kind: "application", name: shop, content: application } },
  ]);
  const limits = new Map([web, db].map((name) => [name, 100]));
  for (const name of [web, db]) {
    const first = { cpu: cpuLimitOfShares(300, 100), memMib: null };
    registry.learn({ name, id: idFor(name), engine: "lxc", first }, { cpu: 800, mem: 8192 });
  }
  const policies = rulesOnly();
  const deps = { bus, clock, log: silentLog, registry, groups };
  const brakes = { ...defaultBrakeSettings, learningSeconds: 0, settleSeconds: 0 };
  const refeeder = new Refeeder({
    ...deps,
    settings: () => ({ isActive: true, silentSeconds: 5 }),
  });
  const scaler = new Scaler({
    ...deps,
    groups: groupsOfScaler(groups, refeeder),
    brakes: () => brakes,
  });
  new GroupGuardian({ ...deps, refeeder, policies: () => policies }).start();
  scaler.start();
  refeeder.start();
  for (const name of [web, db]) {
    const first = { cpu: cpuLimitOfShares(300, 100), memMib: null };
    const facts = { name, id: idFor(name), engine: "lxc", first } as const;
    const at = clock.monotonic();
    bus.publish("containers", [{ kind: "appeared", facts, isRestart: false, at }]);
  }
  bus.subscribe("orders", (orders) => {
    for (const order of orders) apply(order);
  });
  function apply(order: Order): void {
    const { structure, id, target, author, reason, sequence } = order;
    if (target.resource !== "cpu" || target.limit.quotaShares === null) return;
    const old = limits.get(structure) ?? 0;
    limits.set(structure, target.limit.quotaShares);
    const when = {
      at: clock.monotonic(),
      stamp: clock.wall(),
      host: "h",
      resource: "cpu",
    } as const;
    bus.publish("changes", [
      {
        ...{ ...when, structure, id, author, reason, sequence, outcome: "applied", old },
        new: target.limit.quotaShares,
      },
    ]);
  }
  const sampleOf = (name: StructureName, used: number | undefined): UsageSample => ({
    ...{ name, id: idFor(name), at: clock.monotonic(), windowSeconds: 1, cpuSharesUsed: used },
    cpuLimit: cpuLimitOfShares(limits.get(name) ?? 0, 100),
    ...{ isFrozen: false, memMibUsed: undefined, memMibFloor: undefined, memMibLimit: undefined },
  });
  const hostObservation = {
    cpu: { total: 800, grantable: 700, granted: 200, isOvercommitted: false },
    mem: { total: 8192, grantable: 4096, granted: 0, isOvercommitted: false },
    isPressed: false,
  };
  return {
    ...{ bus, groups, limits, registry, store },
    use: (used: Readonly<Record<string, number | undefined>>) => {
      now += 1;
      const samples = [web, db].flatMap((name) =>
        name in used ? [sampleOf(name, used[name])] : [],
      );
      bus.publish("usage", { host: "h", at: clock.monotonic(), samples, hostObservation });
      assert.deepEqual(bus.errors, []);
    },
    told: (): readonly GroupSample[] => bus.published("groups").flat(),
    limitsNow: () => [...limits.values()].map(Math.round),
  };
}

describe("a container of an application in auto", () => {
  test("is in auto too, and asks for nothing by itself", async () => {
    const { registry } = await stage();
    const { cpu, mem } = registry.settingsOf(web)?.resources ?? {};
    assert.deepEqual([cpu?.mode, cpu?.policy, mem?.mode], ["auto", "application", "observe"]);
  });

  test("keeps a word of its own: what was put in auto by itself has its own policy", async () => {
    const { registry } = await stage();
    const own = { cpu: { mode: "auto", policy: "burst-quota" } as const };
    await registry.update({ structures: [{ name: web, resources: own }] }, "required");
    assert.equal(registry.settingsOf(web)?.resources.cpu.policy, "burst-quota");
  });

  test("is in observe again when its application is guarded no more", async () => {
    const { registry, store } = await stage();
    const content = { ...applicationWith(), isGuarded: false };
    await store.save([{ action: "put", document: { kind: "application", name: shop, content } }]);
    assert.equal(registry.settingsOf(web)?.resources.cpu.mode, "observe");
  });
});

describe("an application in auto", () => {
  test("is sampled when each of its containers was, as their sum", async () => {
    const { use, told } = await stage();
    use({ web: 60 });
    assert.equal(told().length, 1);
    use({ web: 60, db: 30 });
    const { cpu } = told().at(-1)?.resources ?? {};
    assert.deepEqual([cpu?.used, cpu?.limit], [90, 200]);
  });

  test("of which a container tells nothing is not known, which is not less", async () => {
    const { use, told } = await stage();
    use({ web: 60, db: undefined });
    assert.equal(told().at(-1)?.resources.cpu.used, undefined);
  });

  test("grows where it is needed, until it fits, and never beyond its max", async () => {
    const { use, limitsNow } = await stage();
    for (let second = 0; second < 20; second += 1) use({ web: 98, db: 98 });
    const [first = 0, second = 0] = limitsNow();
    assert.ok(first > 110 && second > 110, `${first}, ${second}`);
    assert.ok(first + second <= 400);
  });

  test("shrinks when it is used little, down to its min, and each container keeps its own", async () => {
    const { use, limitsNow } = await stage();
    for (let second = 0; second < 400; second += 1) use({ web: 3, db: 3 });
    const [first = 0, second = 0] = limitsNow();
    assert.ok(first + second < 150, `${first}, ${second}`);
    assert.ok(first >= 10 && second >= 10);
  });

  test("that is at its max tells so", async () => {
    const { bus, use } = await stage(applicationWith({ max: 200 }));
    use({ web: 100, db: 100 });
    use({ web: 100, db: 100 });
    const held = bus.published("held").flat();
    const holds = bus.published("holds").flat();
    const codes = [...held, ...holds].map(({ reason }) => reason.code);
    assert.ok(
      codes.some((code) => code === "at-max" || code === "inside-band"),
      codes.join(", "),
    );
  });
});

describe("a budget", () => {
  test("bounds what containers with policies of their own hold together", async () => {
    const { bus, limits, registry, use } = await stage(
      applicationWith({ isGuarded: false, max: 230 }),
    );
    const auto = { cpu: { mode: "auto" } as const };
    const both = [web, db].map((name) => ({ name, resources: auto }));
    await registry.update({ structures: both }, "required");
    use({ web: 90, db: 90 });
    const request = (name: StructureName, amount: number) => ({
      ...{ structure: name, id: idFor(name), resource: "cpu" as const, amount, from: 100 },
      ...{ priority: 0, isRecommendation: false, policy: "burst-quota" },
      reason: { code: "usage-above-upper" as const, text: "more is wanted" },
      ...{ at: monotonicSeconds(2), stamp: wallSeconds(2) },
    });
    bus.publish("requests", [request(web, 75), request(db, 75)]);
    const sum = [...limits.values()].reduce((all, one) => all + one, 0);
    assert.ok(sum <= 230 + 1e-6, String(sum));
    assert.ok(sum > 220, String(sum));
  });
});
