import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { setImmediate } from "node:timers/promises";
import { queryObjects } from "node:v8";
import { loadConfiguration } from "@sc/config-file";
import { cpuLimitOfShares, type Order, parseStructureName, reason } from "@sc/domain";
import {
  FakeLease,
  FakeReplayRunner,
  InMemoryDocumentStore,
  InMemoryJournal,
} from "@sc/ports/testing";
import { SimulatedHost, VirtualClock } from "@sc/simulation";
import { SqliteHistoryStore } from "@sc/sqlite";
import { joinServices } from "./services.ts";

const log = { info: () => {}, warn: () => {}, error: () => {} };
const containersAtOnce = 200;
/** As many containers come and go before the sizes are taken, and again before they are compared. */
const containers = 1000;

/** Entries in all maps and sets of this process: each is printed as `Map(3) { … }`. */
function entriesKept(): number {
  const printed = [Map, Set].flatMap((kind) => queryObjects(kind, { format: "summary" }));
  return printed.reduce((sum, text) => sum + Number(/^\w+\((\d+)\)/.exec(text)?.[1] ?? 0), 0);
}

/** All services as the server joins them, with everything in auto and no brake on it. */
async function start(folder: string) {
  const path = join(folder, "config.yaml");
  const brakes = { learningSeconds: 0, settleSeconds: 0, holdSeconds: 0 };
  const defaults = { cpu: { mode: "auto" }, mem: { mode: "auto" } };
  const written = { runFolder: folder, stateFolder: folder, brakes, defaults };
  writeFileSync(path, JSON.stringify(written));
  const clock = new VirtualClock();
  const host = new SimulatedHost({ clock }, { cores: 64 });
  const journal = new InMemoryJournal();
  const lease = new FakeLease();
  const history = new SqliteHistoryStore({ path: join(folder, "history.db"), log });
  const services = joinServices({
    configuration: loadConfiguration({ path }),
    host: { cgroups: host, finders: [host.finder("lxc")], hostReader: host, journal, lease },
    documents: new InMemoryDocumentStore(),
    history,
    replayRunner: new FakeReplayRunner(),
    log,
    time: { clock, timers: clock },
  });
  await services.loader.load();
  for (const service of [...services.early, ...services.late]) service.start();
  const pass = async (seconds: number): Promise<void> => {
    for (let tenth = 0; tenth < seconds * 10; tenth += 1) {
      lease.beat();
      clock.advance(0.1);
      // Writes of memory end in a turn of their own.
      await setImmediate();
    }
  };
  const stop = async (): Promise<void> => {
    for (const service of services.inStopOrder) await service.stop();
    await history.close();
  };
  return { host, journal, lease, pass, services, stop };
}

type Running = Awaited<ReturnType<typeof start>>;

/** An order that comes when its container is gone already. */
function lateOrder(running: Running, name: string, sequence: number): Order {
  const structure = parseStructureName(name);
  const group = running.host.open({ path: `/${name}` });
  assert.ok(structure.ok && group.ok);
  return {
    sequence,
    host: running.host.name,
    structure: structure.value,
    id: group.value.id,
    target: { resource: "cpu", limit: cpuLimitOfShares(100, 100) },
    author: { kind: "policy", name: "test" },
    reason: reason("usage-above-upper", "a test wants it"),
  };
}

/** Containers that are scaled for a few seconds and end in the middle of it. */
async function comeAndGo(running: Running, from: number): Promise<void> {
  const { host, pass, services } = running;
  for (let begin = from; begin < from + containers; begin += containersAtOnce) {
    const names = Array.from({ length: containersAtOnce }, (_, index) => `job-${begin + index}`);
    for (const name of names) {
      host.makeContainer({ name, engine: "lxc", limit: { quotaShares: 200 } });
      host.setMemMibUsed(`/${name}`, 100);
      host.writeMemMibByAnotherHand(`/${name}`, 512);
    }
    await pass(7);
    assert.equal(services.agent.containers().length, containersAtOnce);
    const orders = names.map((name, index) => lateOrder(running, name, 1e15 + begin + index));
    for (const name of names) host.removeGroup(`/${name}`);
    await pass(6);
    services.agent.deliver(orders);
  }
  assert.equal(services.agent.containers().length, 0);
  // The longest that anything is remembered which is over.
  await pass(130);
}

test("a thousand containers that came and went leave nothing behind in any service", async () => {
  const folder = mkdtempSync(join(tmpdir(), "sc-churn-"));
  const running = await start(folder);
  try {
    await comeAndGo(running, 0);
    assert.ok(
      (await running.services.orchestrator.changes({ structure: undefined, limit: 1 })).length > 0,
    );
    const before = entriesKept();
    await comeAndGo(running, containers);
    const more = entriesKept() - before;
    assert.ok(more < containers / 20, `${more} entries more than ${before}`);
    assert.deepEqual(running.journal.recover(), []);
    assert.deepEqual(running.lease.world.entries, []);
  } finally {
    await running.stop();
    rmSync(folder, { recursive: true, force: true });
  }
});
