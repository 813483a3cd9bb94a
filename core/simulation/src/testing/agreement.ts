import assert from "node:assert/strict";
import {
  type ComputeResource,
  type ContainerLimits,
  computeResources,
  cpuLimitOfShares,
  isSameCpuLimit,
  isSameMemLimit,
  type Order,
} from "@sc/domain";
import { nameFor } from "@sc/domain/testing";
import fc from "fast-check";
import { isSameValue, limitValueOf } from "../invariants/limits.ts";
import { AgentStage, type RunningAgent } from "../node-agent/agent-fixture.ts";
import {
  AgreementModel,
  type ModelContainer,
  type ModelLimits,
  modelBand,
} from "./agreement-model.ts";

const names = ["a", "b", "c"] as const;
const firstLimits = { shares: 100.37, memMib: 800.25 };

/** The real agent on the simulated kernel, with whatever journal and lease the stage opens. */
class RealHost {
  readonly stage: AgentStage;
  running: RunningAgent;
  /** Taken by the agent that runs. */
  taken: readonly Order[] = [];

  private constructor(stage: AgentStage) {
    this.stage = stage;
    for (const name of names) this.come(name, firstLimits);
    this.running = stage.start();
  }

  static async make(prepare: (stage: AgentStage) => void): Promise<RealHost> {
    const stage = await AgentStage.set();
    prepare(stage);
    for (const name of names) {
      for (const resource of computeResources)
        await stage.configure(name, modelBand[resource], resource);
    }
    const host = new RealHost(stage);
    await host.pass(3);
    return host;
  }

  come(name: string, limits: typeof firstLimits): void {
    this.stage.container(name, limits.shares);
    this.stage.host.writeMemMibByAnotherHand(`/${name}`, limits.memMib);
  }

  /** Long enough for a look at every limit, and for a new agent to learn what runs beside. */
  async settle(): Promise<void> {
    if (this.running.isDead) this.follow();
    await this.pass(11);
    if (this.running.isDead) {
      this.follow();
      await this.pass(11);
    }
  }

  follow(): void {
    this.stage.onStep = () => undefined;
    this.taken = [];
    this.running = this.stage.start();
  }

  async pass(seconds: number): Promise<void> {
    for (let second = 0; second < seconds; second += 1) {
      this.stage.clock.advance(1);
      for (let turn = 0; turn < 10; turn += 1) await Promise.resolve();
    }
  }

  give(name: string, resource: ComputeResource, amount: number): Order {
    const target =
      resource === "cpu"
        ? { resource, limit: cpuLimitOfShares(amount, 100) }
        : { resource, memMib: amount };
    const order = this.stage.order(name, target);
    this.running.give(order);
    return order;
  }

  kernelOf(name: string): ContainerLimits {
    const group = this.stage.host.open({ path: `/${name}` });
    assert.ok(group.ok);
    return { cpu: group.value.readCpuLimit(), memMib: group.value.readMemMibLimit() };
  }
}

type Command = fc.AsyncCommand<AgreementModel, RealHost>;

/** What happens, once to the model and once to the real thing; after each they must say the same. */
const command = (
  text: string,
  happen: (model: AgreementModel, real: RealHost) => void | Promise<void>,
): Command => ({
  check: () => true,
  run: async (model, real) => {
    await happen(model, real);
    await real.settle();
    checkAgreement(model, real);
  },
  toString: () => text,
});

const name = fc.constantFrom(...names);
const resource = fc.constantFrom<ComputeResource>(...computeResources);
/* What owners write ends in a fraction that we never come to: so it shows whose a limit is. */
const ownersShares = fc.integer({ min: 20, max: 600 }).map((shares) => shares + 0.37);
const ownersMib = fc.integer({ min: 20, max: 2000 }).map((memMib) => memMib + 0.25);
const ordered = fc.record({ name, resource, amount: fc.integer({ min: 1, max: 1800 }) });
const death = fc.record({
  steps: fc.integer({ min: 1, max: 5 }),
  when: fc.constantFrom("before" as const, "after" as const),
});

const order = ordered.map((one) =>
  command(`order ${JSON.stringify(one)}`, (model, real) => {
    model.order(one.name, one.resource, one.amount);
    const given = real.give(one.name, one.resource, one.amount);
    if (model.of(one.name).isAuto[one.resource]) real.taken = [...real.taken, given];
  }),
);

const orderAgain = fc.nat({ max: 9 }).map((back) =>
  command(`an order of before comes again: ${back}`, (_, real) => {
    const again = real.taken.at(-1 - back);
    if (again !== undefined) real.running.give(again);
  }),
);

const mode = fc.record({ name, resource, isAuto: fc.boolean() }).map((one) =>
  command(`mode ${JSON.stringify(one)}`, async (model, real) => {
    model.setAuto(one.name, one.resource, one.isAuto);
    const changed = { mode: one.isAuto ? ("auto" as const) : ("observe" as const) };
    await real.stage.configure(one.name, changed, one.resource);
  }),
);

const ownerSets = fc
  .record({ name, shares: fc.option(ownersShares), memMib: fc.option(ownersMib) })
  .map((one) =>
    command(`owner sets ${JSON.stringify(one)}`, (model, { stage: { host } }) => {
      const path = `/${one.name}`;
      if (one.shares !== null) host.writeByAnotherHand(path, { quotaShares: one.shares });
      if (one.memMib !== null) host.writeMemMibByAnotherHand(path, one.memMib);
      model.ownerSets(one.name, one);
    }),
  );

const restart = fc.record({ name, shares: ownersShares, memMib: ownersMib }).map((one) =>
  command(`restart ${JSON.stringify(one)}`, (model, real) => {
    model.come(one.name, one);
    real.stage.host.removeGroup(`/${one.name}`);
    real.come(one.name, one);
  }),
);

const release = fc.option(name, { nil: undefined }).map((one) =>
  command(`release ${one ?? "all"}`, async (model, real) => {
    for (const each of one === undefined ? names : [one]) model.release(each);
    const { failed } = await real.running.agent.release(one === undefined ? one : [nameFor(one)]);
    assert.deepEqual(failed, []);
  }),
);

const crash = fc.boolean().map((isRestored) =>
  command(`crash${isRestored ? ", and all is put back" : ""}`, (model, real) => {
    real.running.crash();
    if (!isRestored) return;
    real.stage.restoreAsWatcher();
    for (const each of names) model.release(each);
  }),
);

/** It dies on the way: each part of each limit is what it was or what it was to be. */
const dieDuring = fc
  .record({ death, of: fc.option(ordered, { freq: 3, nil: undefined }) })
  .map(({ death: how, of }) =>
    command(`die ${JSON.stringify({ ...how, during: of ?? "release" })}`, async (model, real) => {
      const before = new Map(names.map((each) => [each, model.of(each).kernel]));
      crashAtStep(real, how);
      if (of === undefined) {
        for (const each of names) model.release(each);
        // What a dead process would have answered, nobody hears.
        await real.running.agent.release(undefined).catch(() => undefined);
      } else {
        model.order(of.name, of.resource, of.amount);
        real.give(of.name, of.resource, of.amount);
      }
      await real.settle();
      real.stage.onStep = () => undefined;
      for (const each of names) takeHalfDone(model.of(each), before.get(each), real.kernelOf(each));
    }),
  );

function crashAtStep(
  { stage, running }: RealHost,
  { steps, when }: { readonly steps: number; readonly when: "before" | "after" },
): void {
  let left = steps;
  stage.onStep = (_, now) => {
    if (now !== when) return;
    left -= 1;
    if (left === 0) running.crash();
  };
}

function takeHalfDone(
  container: ModelContainer,
  before: ModelLimits | undefined,
  { cpu, memMib }: ContainerLimits,
): void {
  const after = container.kernel;
  assert.ok(before !== undefined && cpu !== undefined && memMib !== undefined);
  for (const part of ["quotaShares", "weight"] as const) {
    const isOne = [before.cpu, after.cpu].some((one) =>
      isSameCpuLimit({ ...cpu, [part]: one[part] }, cpu),
    );
    assert.ok(isOne, `${part} is ${cpu[part]}`);
  }
  assert.ok([before.memMib, after.memMib].some((one) => isSameMemLimit(one, memMib)));
  container.kernel = { cpu, memMib };
}

const wait = fc.constant(command("wait", () => undefined));

/** Kernel, ledger, journal and restore list say what the model says. */
function checkAgreement(model: AgreementModel, real: RealHost): void {
  for (const each of names) checkContainer(each, model.of(each), real);
  const { agent, bus, fatal } = real.running;
  const books = agent.hostObservation();
  for (const one of computeResources) {
    const difference = books[one].granted - model.granted(one);
    assert.ok(Math.abs(difference) < 0.1, `${books[one].granted} of ${one} are in the book`);
  }
  assert.deepEqual([...bus.errors, ...fatal, ...agent.audit()], []);
}

function checkContainer(each: string, { owner, kernel }: ModelContainer, real: RealHost): void {
  const found = real.kernelOf(each);
  const group = real.stage.host.open({ path: `/${each}` });
  assert.ok(group.ok);
  const listed = group.value.limitsOfEntries(real.stage.readList());
  const lines = real.stage.readJournal();
  for (const one of computeResources) {
    const [wanted, now] = [limitValueOf(kernel, one), limitValueOf(found, one)];
    const text = JSON.stringify({ name: each, kernel: now, model: wanted });
    assert.ok(wanted !== undefined && now !== undefined && isSameValue(wanted, now), text);
    const owners = limitValueOf(owner, one);
    assert.ok(owners !== undefined);
    if (isSameValue(owners, now)) continue;
    const put = limitValueOf(listed, one);
    assert.ok(
      put !== undefined && isSameValue(put, owners),
      `${text} listed ${JSON.stringify(put)}`,
    );
    const line = lines.findLast(
      ({ id, resource: of, step }) => id === group.value.id && of === one && step !== "refused",
    );
    // What died on the way may have come to either of two.
    const told = line?.step === "intended" ? [line.old, line.new] : [line?.new];
    const isTold = told.some((value) => value !== undefined && isSameValue(value, now));
    assert.ok(isTold, `${text} ${JSON.stringify(line)}`);
  }
}

/**
 * Whatever happens, kernel, ledger, journal and restore list agree with the model after each step, and a
 * release at the end gives every owner back what was theirs.
 */
export const agreementProperty = (prepare: (stage: AgentStage) => void, most = 30) =>
  fc.asyncProperty(
    fc.commands(
      [
        order,
        order,
        order,
        orderAgain,
        mode,
        mode,
        ownerSets,
        restart,
        release,
        crash,
        dieDuring,
        wait,
      ],
      {
        maxCommands: most,
        size: "max",
      },
    ),
    async (commands) => {
      const real = await RealHost.make(prepare);
      const model = new AgreementModel();
      for (const each of names) model.come(each, firstLimits);
      await fc.asyncModelRun(() => ({ model, real }), commands);
      const { failed } = await real.running.agent.release(undefined);
      assert.deepEqual(failed, []);
      for (const each of names) model.release(each);
      checkAgreement(model, real);
    },
  );
