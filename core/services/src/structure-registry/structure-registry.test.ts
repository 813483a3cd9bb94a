import assert from "node:assert/strict";
import { describe, test } from "node:test";
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
import type { DocumentStore, DocumentWrite, NotSaved, StoredDocument } from "@sc/ports";
import { InMemoryDocumentStore } from "@sc/ports/testing";
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

async function registryWith(store: DocumentStore): Promise<StructureRegistry> {
  const registry = await StructureRegistry.load({ defaults: defaultSettings, store });
  registry.learn(facts("web", 100), totals);
  return registry;
}

const modeChange = (name: string, mode: Mode) => ({
  structures: [{ name: named(name), resources: { cpu: { mode } } }],
});

const modeOf = (registry: StructureRegistry, name = "web") =>
  registry.settingsOf(named(name))?.resources.cpu.mode;

type Saved = Result<readonly StoredDocument[], NotSaved>;

/** A store whose saves wait until they are answered. */
class SlowStore implements DocumentStore {
  readonly saved: (readonly DocumentWrite[])[] = [];
  readonly #waiting: ((answer: NotSaved | undefined) => void)[] = [];

  load = async () => ok({ documents: [], faults: [] });
  watch = () => ({ cancel: () => {} });
  close = async () => {};

  async save(writes: readonly DocumentWrite[]): Promise<Saved> {
    this.saved.push(writes);
    const revision = this.saved.length;
    const { promise, resolve } = Promise.withResolvers<NotSaved | undefined>();
    this.#waiting.push(resolve);
    const refused = await promise;
    if (refused !== undefined) return err(refused);
    return ok(
      writes.flatMap((write) =>
        write.action === "put" ? [{ document: write.document, revision }] : [],
      ),
    );
  }

  async answer(refused?: NotSaved): Promise<void> {
    while (this.#waiting.length === 0) await Promise.resolve();
    this.#waiting.shift()?.(refused);
  }
}

/** What a write leaves stored about the mode of cpu. */
const modeIn = (writes: readonly DocumentWrite[] | undefined): Mode | undefined => {
  const [write] = writes ?? [];
  if (write?.action !== "put" || write.document.kind !== "structure") return undefined;
  return write.document.content.resources?.cpu?.mode;
};

async function stored(store: DocumentStore): Promise<readonly string[]> {
  const loaded = await store.load();
  return loaded.ok ? loaded.value.documents.map(({ document }) => document.name) : [];
}

const diskFull: NotSaved = { code: "SC_STATE_NOT_SAVED", cause: "full", text: "disk full" };

test("a container nobody decided about has the defaults, and its first limit as max", async () => {
  const registry = await registryWith(new InMemoryDocumentStore());
  const settings = registry.settingsOf(named("web"));
  assert.equal(settings?.resources.cpu.mode, "observe");
  assert.equal(settings?.resources.cpu.max, 100);
  assert.equal(settings?.resources.mem.max, 4096);
});

test("a structure that was not found, or was forgotten, has no settings", async () => {
  const registry = await registryWith(new InMemoryDocumentStore());
  assert.equal(registry.settingsOf(named("other")), undefined);
  registry.forget(named("web"));
  assert.equal(registry.settingsOf(named("web")), undefined);
});

test("what was set is in force again after a restart", async () => {
  const store = new InMemoryDocumentStore();
  const before = await registryWith(store);
  await before.update(modeChange("web", "auto"), "required");
  await before.update({ isPausedAll: true }, "best-effort");
  const after = await registryWith(store);
  assert.equal(modeOf(after), "auto");
  assert.equal(after.isPaused(named("web")), true);
});

test("a change of one resource keeps what was set before and the other resource", async () => {
  const registry = await registryWith(new InMemoryDocumentStore());
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
  const store = new InMemoryDocumentStore();
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
  const store = new InMemoryDocumentStore();
  const registry = await registryWith(store);
  store.refuse("disk full");
  const outcome = await registry.update({ isPausedAll: true }, "best-effort");
  assert.equal(outcome.ok, false);
  assert.equal(registry.isPausedAll, true);
  store.refuse(undefined);
  await registry.update(modeChange("web", "recommend"), "required");
  assert.deepEqual(await stored(store), ["host", "web"]);
  const after = await registryWith(store);
  assert.equal(after.isPausedAll, true);
});

test("taking a container out of auto is not undone by an older change still being saved", async () => {
  const store = new SlowStore();
  const registry = await registryWith(store);
  const toAuto = registry.update(modeChange("web", "auto"), "required");
  const toObserve = registry.update(modeChange("web", "observe"), "best-effort");
  await store.answer();
  await toAuto;
  assert.equal(modeOf(registry), "observe");
  await store.answer(diskFull);
  await toObserve;
  assert.equal(modeOf(registry), "observe");
  assert.equal(modeIn(store.saved.at(-1)), "observe");
});

test("structures may be called like properties every object has", async () => {
  const store = new InMemoryDocumentStore();
  const registry = await registryWith(store);
  for (const name of ["__proto__", "constructor"]) {
    registry.learn(facts(name, 50), totals);
    assert.equal(modeOf(registry, name), "observe");
    await registry.update(modeChange(name, "auto"), "required");
    assert.equal(modeOf(registry, name), "auto");
  }
  assert.deepEqual(await stored(store), ["__proto__", "constructor"]);
});

test("lists what was put outside observe, also when it is not running", async () => {
  const registry = await registryWith(new InMemoryDocumentStore());
  await registry.update(modeChange("away", "auto"), "required");
  await registry.update(modeChange("web", "observe"), "required");
  assert.deepEqual(registry.storedOutsideObserve(), ["away"]);
});

test("a change by another hand in the store is in force too", async () => {
  const store = new InMemoryDocumentStore();
  const registry = await registryWith(store);
  let calls = 0;
  registry.onChange(() => {
    calls += 1;
  });
  const content = { resources: { cpu: { mode: "auto" as const } } };
  await store.save([
    { action: "put", document: { kind: "structure", name: named("web"), content } },
  ]);
  assert.equal(modeOf(registry), "auto");
  assert.equal(calls, 1);
  await store.save([{ action: "remove", kind: "structure", name: "web" }]);
  assert.equal(modeOf(registry), "observe");
});

describe("while what is stored is not known", () => {
  const unknown = async () => {
    const store = new InMemoryDocumentStore([
      { kind: "structure", name: named("web"), content: { resources: { cpu: { mode: "auto" } } } },
    ]);
    store.setUnreadable({ code: "SC_STATE_LOCKED", text: "locked" });
    return { registry: await registryWith(store), store };
  };

  test("everything is in observe and paused", async () => {
    const { registry } = await unknown();
    assert.equal(registry.isKnown, false);
    assert.equal(modeOf(registry), "observe");
    assert.equal(registry.isPausedAll, true);
    assert.equal(registry.isPaused(named("web")), true);
  });

  test("nothing can be set, whatever it is, and nothing is written", async () => {
    const { registry, store } = await unknown();
    for (const saving of ["required", "best-effort"] as const) {
      const outcome = await registry.update(modeChange("web", "observe"), saving);
      assert.equal(!outcome.ok && outcome.error.code, "SC_STATE_UNREADABLE");
    }
    store.setUnreadable(undefined);
    assert.deepEqual(await stored(store), ["web"]);
  });

  test("what can be read at last is in force at once", async () => {
    const { registry, store } = await unknown();
    let calls = 0;
    registry.onChange(() => {
      calls += 1;
    });
    store.setUnreadable(undefined);
    const loaded = await store.load();
    assert.ok(loaded.ok);
    registry.take(loaded.value);
    assert.equal(modeOf(registry), "auto");
    assert.equal(registry.isPausedAll, false);
    assert.equal(calls, 1);
  });
});

test("what is in force and could not be saved is saved when it is tried again", async () => {
  const store = new InMemoryDocumentStore();
  const registry = await registryWith(store);
  assert.equal(await registry.saveOwed(), false);
  store.refuse("disk full");
  await registry.update({ isPausedAll: true }, "best-effort");
  assert.equal(await registry.saveOwed(), false);
  assert.equal(registry.notSaved?.text, "disk full");
  store.refuse(undefined);
  assert.equal(await registry.saveOwed(), true);
  assert.equal(registry.notSaved, undefined);
  assert.equal((await registryWith(store)).isPausedAll, true);
});

test("a change of one structure leaves the settings of all others as they are, to the object", async () => {
  const registry = await registryWith(new InMemoryDocumentStore());
  registry.learn(facts("web", 50), totals);
  registry.learn(facts("db", 50), totals);
  const [web, db] = [registry.settingsOf(named("web")), registry.settingsOf(named("db"))];
  await registry.update(modeChange("web", "auto"), "required");
  assert.notEqual(registry.settingsOf(named("web")), web);
  assert.equal(registry.settingsOf(named("db")), db);
});
