import assert from "node:assert/strict";
import { test } from "node:test";
import { type CpuLimit, isSameCpuLimit, kernelDefaultCpuLimit } from "@sc/domain";
import fc from "fast-check";
import { AgentStage, type RunningAgent } from "./agent-fixture.ts";

/*
 * What we write is even and below 300, what owners write is odd, their weights above 300: so a limit that
 * both wrote, of which nobody could say whose it is, does not come up.
 */
const names = ["a", "b"] as const;
const name = fc.constantFrom(...names);
const ours = fc.integer({ min: 10, max: 149 }).map((half) => half * 2);
const owners = fc.integer({ min: 20, max: 148 }).map((half) => half * 2 + 1);
const ownersWeight = fc.integer({ min: 160, max: 400 }).map((half) => half * 2 + 1);

const command = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constant("order" as const), name, shares: ours }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant("owner-writes" as const),
      name,
      change: fc.oneof(
        fc.record({ quotaShares: owners }),
        fc.record({ weight: ownersWeight }),
        fc.record({ quotaShares: owners, weight: ownersWeight }),
      ),
    }),
  },
  fc.record({ kind: fc.constant("container-restarts" as const), name, shares: owners }),
  fc.record({
    kind: fc.constant("mode" as const),
    name,
    mode: fc.constantFrom("auto" as const, "observe" as const),
  }),
  fc.record({ kind: fc.constant("release" as const) }),
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant("crash-at-step" as const),
      steps: fc.integer({ min: 1, max: 6 }),
      when: fc.constantFrom("before" as const, "after" as const),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant("crash" as const),
      isRestored: fc.boolean(),
      isUnreadableAtFirst: fc.boolean(),
    }),
  },
  fc.record({ kind: fc.constant("standstill" as const), isRestored: fc.boolean() }),
  fc.record({ kind: fc.constant("wait" as const), seconds: fc.constantFrom(0.1, 0.35, 2, 11) }),
);
type Command = typeof command extends fc.Arbitrary<infer T> ? T : never;

/** One host with two containers, whose owners' last limits are kept beside it. */
class CrashWorld {
  readonly stage: AgentStage;
  readonly owners = new Map<string, CpuLimit>();
  running: RunningAgent;

  constructor(stage: AgentStage) {
    this.stage = stage;
    for (const one of names) this.#make(one, 201);
    this.running = stage.start();
  }

  #make(one: string, quotaShares: number): void {
    this.stage.container(one, quotaShares);
    this.owners.set(one, { ...kernelDefaultCpuLimit, quotaShares });
  }

  async run(one: Command): Promise<void> {
    await this.#run(one);
    if (this.running.isDead) this.#follow();
  }

  #follow(): void {
    this.stage.onStep = () => undefined;
    this.running = this.stage.start();
    this.stage.clock.advance(0.2);
  }

  async #run(one: Command): Promise<void> {
    const { stage, running } = this;
    switch (one.kind) {
      case "order":
        running.give(stage.order(one.name, one.shares));
        return;
      case "owner-writes": {
        stage.host.writeByAnotherHand(`/${one.name}`, one.change);
        const before = this.owners.get(one.name) ?? kernelDefaultCpuLimit;
        this.owners.set(one.name, { ...before, ...one.change });
        return;
      }
      case "container-restarts":
        stage.host.removeGroup(`/${one.name}`);
        this.#make(one.name, one.shares);
        return;
      case "mode":
        await stage.setMode(one.name, one.mode);
        return;
      case "release":
        // What a dead process would have answered, nobody hears.
        await running.agent.release(undefined).catch((error: unknown) => {
          if (!running.isDead) throw error;
        });
        return;
      case "crash-at-step":
        this.#crashAt(one.steps, one.when);
        return;
      case "crash":
        this.#crash(one);
        return;
      case "standstill":
        if (one.isRestored) this.#letNotice();
        stage.clock.stall(15);
        if (one.isRestored) stage.restoreAsWatcher();
        stage.clock.advance(0.2);
        return;
      case "wait":
        stage.clock.advance(one.seconds);
    }
  }

  /** The watcher, a shell script, puts back what the agent knew: let it know what its owner wants. */
  #letNotice(): void {
    this.stage.clock.advance(11);
    if (this.running.isDead) this.#follow();
    this.stage.clock.advance(11);
  }

  #crashAt(steps: number, when: "before" | "after"): void {
    let left = steps;
    const { stage, running } = this;
    stage.onStep = (_, now) => {
      if (now !== when) return;
      left -= 1;
      if (left === 0) running.crash();
    };
  }

  #crash(how: { readonly isRestored: boolean; readonly isUnreadableAtFirst: boolean }): void {
    const { stage } = this;
    if (how.isRestored) this.#letNotice();
    this.running.crash();
    if (how.isRestored) stage.restoreAsWatcher();
    if (!how.isUnreadableAtFirst) return;
    for (const one of names) stage.host.setUnreadable(`/${one}`, true);
    this.#follow();
    for (const one of names) stage.host.setUnreadable(`/${one}`, false);
  }
}

test("whenever the agent dies, release at last gives the kernel the owner's last limit", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(command, { maxLength: 25 }),
      fc.boolean(),
      async (commands, isJournalForgetful) => {
        const stage = await AgentStage.set();
        stage.isJournalForgetful = isJournalForgetful;
        for (const one of names) await stage.setMode(one, "auto");
        const world = new CrashWorld(stage);
        stage.clock.advance(2);
        for (const one of commands) await world.run(one);
        stage.onStep = () => undefined;
        stage.clock.advance(0.2);
        const { failed } = await world.running.agent.release(undefined);
        assert.deepEqual(failed, []);
        for (const [one, wanted] of world.owners) {
          const found = stage.limitOf(one);
          assert.ok(
            found !== undefined && isSameCpuLimit(found, wanted),
            `${one}: ${JSON.stringify(found)} instead of ${JSON.stringify(wanted)}`,
          );
        }
        const living = world.running.agent.containers().map(({ facts }) => String(facts.id));
        const left = stage.leaseWorld.entries.filter(({ inode }) => living.includes(inode));
        assert.deepEqual(left, []);
      },
    ),
    { numRuns: 150 },
  );
});
