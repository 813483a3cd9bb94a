import assert from "node:assert/strict";
import { test } from "node:test";
import {
  type ContainerFacts,
  type ContainerId,
  cpuLimitOfShares,
  defaultSettings,
  err,
  type Mode,
  ok,
  parseStructureName,
  type Result,
  type StructureName,
} from "@sc/domain";
import type { NotSaved, StateDocument, StateStore } from "@sc/ports";
import { InMemoryStateStore } from "@sc/ports/testing";
import { StructureRegistry } from "./structure-registry.ts";

const totals = { cpu: 200, mem: 4096 };

function named(text: string): StructureName {
  const name = parseStructureName(text);
  assert.ok(name.ok);
  return name.value;
}

const facts = (name: string, shares: number): ContainerFacts => ({
  name: named(name),
  id: `id-${name}` as ContainerId,
  engine: "lxc",
  first: { cpu: cpuLimitOfShares(shares, 100), memMib: null },
});

async function registryWith(store: StateStore): Promise<StructureRegistry> {
  const registry = await StructureRegistry.load({ defaults: defaultSettings, store });
  registry.learn(facts("web", 100), totals);
  return registry;
}

const modeChange = (name: string, mode: Mode) => ({
  structures: [{ name: named(name), resources: { cpu: { mode } } }],
});

const modeOf = (registry: StructureRegistry, name = "web") =>
  registry.settingsOf(named(name))?.resources.cpu.mode;

/** A store whose saves wait until they are answered. */
class SlowStore implements StateStore {
  readonly saved: StateDocument[] = [];
  readonly #waiting: ((answer: Result<void, NotSaved>) => void)[] = [];

  async load(): Promise<StateDocument> {
    return { isPaused: false, structures: {} };
  }

  save(document: StateDocument): Promise<Result<void, NotSaved>> {
    this.saved.push(document);
    const { promise, resolve } = Promise.withResolvers<Result<void, NotSaved>>();
    this.#waiting.push(resolve);
    return promise;
  }

  async answer(answer: Result<void, NotSaved>): Promise<void> {
    while (this.#waiting.length === 0) await Promise.resolve();
    this.#waiting.shift()?.(answer);
  }
}

const diskFull = err<NotSaved>({ code: "SC_STATE_NOT_SAVED", text: "disk full" });

test("a container nobody decided about has the defaults, and its first limit as max", async () => {
  const registry = await registryWith(new InMemoryStateStore());
  const settings = registry.settingsOf(named("web"));
  assert.equal(settings?.resources.cpu.mode, "observe");
  assert.equal(settings?.resources.cpu.max, 100);
  assert.equal(settings?.resources.mem.max, 4096);
});

test("a structure that was not found, or was forgotten, has no settings", async () => {
  const registry = await registryWith(new InMemoryStateStore());
  assert.equal(registry.settingsOf(named("other")), undefined);
  registry.forget(named("web"));
  assert.equal(registry.settingsOf(named("web")), undefined);
});

test("what was set is in force again after a restart", async () => {
  const store = new InMemoryStateStore();
  const before = await registryWith(store);
  await before.update(modeChange("web", "auto"), "required");
  await before.update({ isPausedAll: true }, "best-effort");
  const after = await registryWith(store);
  assert.equal(modeOf(after), "auto");
  assert.equal(after.isPaused(named("web")), true);
});

test("a change of one resource keeps what was set before and the other resource", async () => {
  const registry = await registryWith(new InMemoryStateStore());
  const web = named("web");
  await registry.update(
    { structures: [{ name: web, resources: { cpu: { min: 20 } } }] },
    "required",
  );
  await registry.update(
    { structures: [{ name: web, resources: { mem: { min: 99 } } }] },
    "required",
  );
  await registry.update(modeChange("web", "auto"), "required");
  const settings = registry.settingsOf(web);
  assert.equal(settings?.resources.cpu.min, 20);
  assert.equal(settings?.resources.mem.min, 99);
  assert.equal(settings?.resources.cpu.mode, "auto");
});

test("a required change that cannot be saved is not in force", async () => {
  const store = new InMemoryStateStore();
  const registry = await registryWith(store);
  store.refuse("disk full");
  const outcome = await registry.update(modeChange("web", "auto"), "required");
  assert.equal(outcome.ok, false);
  assert.equal(modeOf(registry), "observe");
});

test("a best-effort change is in force at once, before the disk has answered", async () => {
  const registry = await registryWith(new SlowStore());
  void registry.update({ isPausedAll: true }, "best-effort");
  assert.equal(registry.isPausedAll, true);
});

test("a best-effort change that cannot be saved stays in force and is saved by the next", async () => {
  const store = new InMemoryStateStore();
  const registry = await registryWith(store);
  store.refuse("disk full");
  const outcome = await registry.update({ isPausedAll: true }, "best-effort");
  assert.equal(outcome.ok, false);
  assert.equal(registry.isPausedAll, true);
  store.refuse(undefined);
  await registry.update(modeChange("web", "recommend"), "required");
  assert.equal((await store.load()).isPaused, true);
});

test("taking a container out of auto is not undone by an older change still being saved", async () => {
  const store = new SlowStore();
  const registry = await registryWith(store);
  const toAuto = registry.update(modeChange("web", "auto"), "required");
  const toObserve = registry.update(modeChange("web", "observe"), "best-effort");
  await store.answer(ok(undefined));
  await toAuto;
  assert.equal(modeOf(registry), "observe");
  await store.answer(diskFull);
  await toObserve;
  assert.equal(modeOf(registry), "observe");
  assert.equal(store.saved.at(-1)?.structures.web?.resources?.cpu?.mode, "observe");
});

test("structures may be called like properties every object has", async () => {
  const store = new InMemoryStateStore();
  const registry = await registryWith(store);
  for (const name of ["__proto__", "constructor"]) {
    registry.learn(facts(name, 50), totals);
    assert.equal(modeOf(registry, name), "observe");
    await registry.update(modeChange(name, "auto"), "required");
    assert.equal(modeOf(registry, name), "auto");
  }
  assert.deepEqual(Object.keys((await store.load()).structures), ["__proto__", "constructor"]);
});

test("lists what was put outside observe, also when it is not running", async () => {
  const registry = await registryWith(new InMemoryStateStore());
  await registry.update(modeChange("away", "auto"), "required");
  await registry.update(modeChange("web", "observe"), "required");
  assert.deepEqual(registry.storedOutsideObserve(), ["away"]);
});
