import assert from "node:assert/strict";
import { test } from "node:test";
import { type CpuLimit, isSameCpuLimit, type Order } from "@sc/domain";
import { nameFor } from "@sc/domain/testing";
import type { ControlGroup } from "@sc/ports";
import fc from "fast-check";
import { AgentStage, type RunningAgent } from "./agent-fixture.ts";

const names = ["a", "b", "c"] as const;
const name = fc.constantFrom(...names);
const shares = fc.double({ min: 0, max: 700, noNaN: true });

const command = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      kind: fc.constant("order" as const),
      name,
      quotaShares: fc.option(shares, { freq: 8 }),
      weight: fc.double({ min: 1, max: 700, noNaN: true }),
    }),
  },
  fc.record({ kind: fc.constant("again" as const), back: fc.integer({ min: 1, max: 6 }) }),
  fc.record({
    kind: fc.constant("mode" as const),
    name,
    mode: fc.constantFrom(
      "auto" as const,
      "auto" as const,
      "observe" as const,
      "recommend" as const,
    ),
  }),
  fc.record({
    kind: fc.constant("band" as const),
    name,
    min: fc.integer({ min: 1, max: 100 }),
    max: fc.integer({ min: 100, max: 800 }),
  }),
  fc.record({ kind: fc.constant("pause" as const), isPaused: fc.boolean() }),
  fc.record({ kind: fc.constant("disk" as const), isFull: fc.boolean() }),
  fc.record({
    kind: fc.constant("owner-writes" as const),
    name,
    quotaShares: fc.integer({ min: 20, max: 500 }),
  }),
  fc.record({ kind: fc.constant("pressed" as const), isPressed: fc.boolean() }),
  fc.record({ kind: fc.constant("wait" as const), seconds: fc.constantFrom(0.1, 1.2, 3) }),
);
type Command = typeof command extends fc.Arbitrary<infer T> ? T : never;

/** Gives orders and looks after each whether what must hold holds. */
class Inspector {
  readonly stage: AgentStage;
  readonly running: RunningAgent;
  readonly #orders: Order[] = [];

  constructor(stage: AgentStage) {
    this.stage = stage;
    this.running = stage.start();
    stage.onCpuWrite = (group, limit) => this.#checkWrite(group, limit);
  }

  async run(one: Command): Promise<void> {
    const { stage } = this;
    switch (one.kind) {
      case "order": {
        const { quotaShares, weight } = one;
        const limit = { quotaShares, weight, burstShares: 0, periodMs: 100 };
        const order = stage.order(one.name, { resource: "cpu", limit });
        this.#orders.push(order);
        this.#giveAndCheck(order);
        return;
      }
      case "again": {
        const order = this.#orders.at(-one.back);
        if (order !== undefined) this.#giveAndCheck(order);
        return;
      }
      case "mode":
        return stage.setMode(one.name, one.mode);
      case "band":
        return stage.configure(one.name, { min: one.min, max: one.max });
      case "pause":
        await stage.registry.update({ isPausedAll: one.isPaused }, "required");
        return;
      case "disk":
        stage.journal.isFull = one.isFull;
        stage.leaseWorld.isFull = one.isFull;
        return;
      case "owner-writes":
        stage.host.writeByAnotherHand(`/${one.name}`, { quotaShares: one.quotaShares });
        // Until the kernel told of it, the ledger counts what we knew.
        stage.clock.advance(0.001);
        return;
      case "pressed":
        stage.host.memory = { availableMib: one.isPressed ? 1 : 4096, fullStallPercent: 0 };
        return;
      case "wait":
        stage.clock.advance(one.seconds);
    }
  }

  /** A squeeze is on the list and in the journal by the time the kernel is written. */
  #checkWrite(group: ControlGroup, limit: CpuLimit): void {
    const held = group.readCpuLimit();
    assert.ok(held !== undefined);
    const isSqueeze = (limit.quotaShares ?? 1e9) < (held.quotaShares ?? 1e9);
    if (!isSqueeze) return;
    const { journal, leaseWorld } = this.stage;
    assert.ok(leaseWorld.entries.some(({ inode }) => inode === group.id));
    const line = journal.recover().findLast(({ id }) => id === group.id);
    assert.equal(line?.step, "intended");
    assert.deepEqual(line?.new, { resource: "cpu", limit });
  }

  #giveAndCheck(order: Order): void {
    const { stage, running } = this;
    const before = this.#limits();
    const writesBefore = stage.cpuWrites;
    const { grantable } = running.agent.hostObservation().cpu;
    const grantedBefore = this.#granted();
    const answers = running.changes().length;
    running.give(order);
    const answer = running.changes().findLast(({ sequence }) => sequence === order.sequence);
    assert.ok(
      running.changes().length > answers && answer !== undefined,
      "every order is answered",
    );
    const after = this.#limits();
    for (const one of names) {
      if (one !== order.structure) assert.deepEqual(after.get(one), before.get(one));
    }
    const [held, holds] = [before.get(order.structure), after.get(order.structure)];
    assert.ok(held !== undefined && holds !== undefined);
    assert.equal(stage.cpuWrites - writesBefore, partsThatDiffer(held, holds));
    if (answer.outcome === "refused") {
      assert.equal(stage.cpuWrites, writesBefore);
      return;
    }
    this.#checkApplied(order, held, holds);
    const granted = this.#granted();
    const isRoom = granted <= grantable + 1e-9;
    assert.ok(isRoom || granted <= grantedBefore, `${granted} of ${grantable} granted`);
  }

  #checkApplied(order: Order, held: CpuLimit, holds: CpuLimit): void {
    const settings = this.stage.registry.settingsOf(order.structure);
    assert.ok(settings !== undefined && holds.quotaShares !== null);
    const { min, max, mode } = settings.resources.cpu;
    assert.equal(mode, "auto");
    assert.equal(this.stage.registry.isPaused(order.structure), false);
    assert.ok(holds.quotaShares <= max + 0.001, `${holds.quotaShares} above ${max}`);
    // Below min only on the way up to it, when the host has no more.
    const isOnTheWay = held.quotaShares !== null && held.quotaShares < min;
    if (!isOnTheWay)
      assert.ok(holds.quotaShares >= min - 0.001, `${holds.quotaShares} below ${min}`);
    const isGrowth = holds.quotaShares > (held.quotaShares ?? max) + 0.001;
    if (isGrowth) assert.equal(this.running.agent.hostObservation().isPressed, false);
  }

  checkAtEnd(): void {
    const { running, stage } = this;
    assert.deepEqual([...running.fatal, ...running.bus.errors], []);
    for (const one of names) {
      const sequences = running
        .changes()
        .filter(({ structure, outcome }) => structure === one && outcome === "applied")
        // What the agent puts back by itself answers no order.
        .flatMap(({ sequence }) => sequence ?? []);
      assert.deepEqual(
        sequences,
        [...new Set(sequences)].sort((a, b) => a - b),
      );
      const kernel = stage.limitOf(one);
      const known = running.agent.container(nameFor(one))?.limits.cpu;
      assert.ok(kernel && known && isSameCpuLimit(kernel, known), "the agent knows the limits");
    }
  }

  #limits(): ReadonlyMap<string, CpuLimit | undefined> {
    return new Map(names.map((one) => [one, this.stage.limitOf(one)]));
  }

  /** As the kernel has it, not as the ledger says. */
  #granted(): number {
    let granted = 0;
    for (const one of names) {
      const settings = this.stage.registry.settingsOf(nameFor(one))?.resources.cpu;
      if (settings?.mode !== "auto") continue;
      granted += this.stage.limitOf(one)?.quotaShares ?? settings.max;
    }
    return granted;
  }
}

const partsThatDiffer = (a: CpuLimit, b: CpuLimit): number =>
  Number(a.quotaShares !== b.quotaShares) + Number(a.weight !== b.weight);

async function setHost(): Promise<AgentStage> {
  const stage = await AgentStage.set();
  stage.container("a", 150);
  stage.container("b", 250);
  stage.container("c", null);
  await stage.setMode("a", "auto");
  await stage.setMode("b", "auto");
  return stage;
}

test("whatever is ordered, band, mode, ledger, journal and sequence hold", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(command, { maxLength: 40 }), async (commands) => {
      const stage = await setHost();
      const inspector = new Inspector(stage);
      stage.clock.advance(2);
      for (const one of commands) await inspector.run(one);
      // Long enough for a look at every limit.
      stage.clock.advance(10.2);
      inspector.checkAtEnd();
    }),
    { numRuns: 100 },
  );
});
