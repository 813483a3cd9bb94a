import {
  type BrakeSettings,
  type CpuLimit,
  cpuLimitOfShares,
  defaultBrakeSettings,
  defaultMemRules,
  type LimitValue,
  type Mode,
  type Order,
  type Policy,
  policyBook,
  type Resource,
  reason,
  runnable,
  type ServerlessRulesState,
  type StoredResourceSettings,
} from "@sc/domain";
import { nameFor, policyFor } from "@sc/domain/testing";
import type { ControlGroup } from "@sc/ports";
import { type AgentDeps, type AgentOptions, Guardian, Scaler } from "@sc/services";
import { steady } from "../demand/demand.ts";
import { InvariantWatch } from "../invariants/invariant-watch.ts";
import { watchedCgroups, watchedJournal } from "../invariants/watched-ports.ts";
import { AgentStage, type RunningAgent } from "../node-agent/agent-fixture.ts";
import { writeLate } from "./late-write.ts";
import { OrderDelivery } from "./order-delivery.ts";
import { whileAlive, withGroups } from "./tampered-groups.ts";

/** What tampers with the services of a world, for the checkers to find it out. */
export interface Tampering {
  /** What the kernel itself does, unseen by the watch. */
  readonly kernel?: (group: ControlGroup) => Partial<ControlGroup>;
  readonly ports?: (deps: AgentDeps, world: World) => AgentDeps;
  readonly policy?: (policy: Policy<ServerlessRulesState>) => Policy<ServerlessRulesState>;
  readonly brakes?: Partial<BrakeSettings>;
  /** What the agent is given instead of an order. */
  readonly order?: (order: Order) => Order;
  /** Containers that are there from the begin, and no container's by right. */
  readonly intruders?: readonly string[];
}

/** Short enough for a run of minutes to meet every brake. */
export const quickBrakes: BrakeSettings = {
  ...defaultBrakeSettings,
  learningSeconds: 3,
  settleSeconds: 8,
  shrinkWindowSeconds: 12,
  hostShrinksPerMinute: 12,
  hostShrinksPerMinuteAfterStart: 6,
  afterStartSeconds: 20,
  holdSeconds: 20,
};

export const worldNames = ["a", "b", "c"] as const;
/** Where the product itself runs. */
export const ownGroup = "/serverless-containers";
const cores = 8;
/** What runs beside all containers, all the time. */
const outside = { cores: 2, memMib: 1500 };
const total = { cpu: cores * 100, mem: 8192 };
const reserve = { cpu: 80, mem: 2048 };
/** The host and a container are not read at the same moment: so much of one is taken for the other's. */
const blur = { cpu: 60, mem: 50 };

/** One host on which the whole product runs: what people, owners and mishaps do to it are its methods. */
export class World {
  readonly stage: AgentStage;
  readonly watch: InvariantWatch;
  /** What ever was broken: what failed once stays aside. */
  readonly broken = new Set<string>();
  readonly delivery = new OrderDelivery((orders) => this.#hand(orders));
  isPressed = false;
  /** What was to be written down then is not. */
  wasFull = false;
  running: RunningAgent;
  /** Per id, the newest limits an owner's tool wrote. */
  readonly #undecidable = new Set<string>();
  readonly #unreadable = new Set<string>();
  readonly #memMib = new Map<string, number>();
  readonly #tampering: Tampering;
  readonly #options: Partial<AgentOptions>;
  #isDown = false;
  #lastPersonsOrder = 0;

  private constructor(stage: AgentStage, options: Partial<AgentOptions>, tampering: Tampering) {
    this.stage = stage;
    this.#options = options;
    this.#tampering = tampering;
    const { clock, host, leaseWorld, registry } = stage;
    this.watch = new InvariantWatch({
      clock,
      cgroups: host,
      finders: [host.finder("lxc")],
      registry,
      brakes: () => quickBrakes,
      agent: () => (this.#isDown || this.running.isDead ? undefined : this.running.agent),
      restoreList: () => leaseWorld.entries,
      isLeaseFresh: () => this.running.isLeaseFresh(),
      grantableMost: () => ({
        cpu: total.cpu - reserve.cpu - outside.cores * 100 + blur.cpu,
        mem: total.mem - reserve.mem - outside.memMib + blur.mem,
      }),
      isBroken: (name) => this.broken.has(name) || tampering.intruders?.includes(name) === true,
      cpusetOf: (path) => host.cpusetOf(path),
      ownGroups: [ownGroup],
      // One sample, and one more for what was read just before.
      noticeSeconds: 0.25,
    });
    stage.decorate = (deps, running) => this.#decorate(deps, running);
    this.#makeHost();
    this.running = this.#start();
  }

  static async make(
    options: Partial<AgentOptions> = {},
    tampering: Tampering = {},
  ): Promise<World> {
    const stage = await AgentStage.set({ cores });
    return new World(stage, options, tampering);
  }

  #makeHost(): void {
    const { host } = this.stage;
    host.makeGroup("/system.slice/cron.service");
    host.setDemand("/system.slice/cron.service", steady(outside.cores));
    host.makeGroup(ownGroup);
    for (const name of this.#tampering.intruders ?? []) host.renameContainer(ownGroup, "lxc", name);
    for (const name of worldNames) this.come(name, { shares: 100.37, memMib: 1000.25 });
    this.#tellMemory();
  }

  // The product.

  #start(): RunningAgent {
    const running = this.stage.prepare(this.#options);
    const { clock, registry } = this.stage;
    const log = { info: () => {}, warn: () => {}, error: () => {} };
    const { policy = (one) => one, brakes } = this.#tampering;
    const ours = [policyFor(), policyFor(defaultMemRules)];
    const policies = policyBook(ours.map((one) => runnable(policy(this.#breakable(one)))));
    this.watch.listen(running.bus);
    const common = { bus: running.bus, clock, log, registry };
    new Scaler({ ...common, brakes: () => ({ ...quickBrakes, ...brakes }) }).start();
    new Guardian({ ...common, policies: () => policies }).start();
    running.bus.subscribe("orders", (orders) => this.delivery.bring(orders));
    this.running = running;
    running.agent.start();
    return running;
  }

  /** Decides as ever, but for the containers that are broken. */
  #breakable(policy: Policy<ServerlessRulesState>): Policy<ServerlessRulesState> {
    return {
      ...policy,
      decide: (state, input) => {
        if (this.#undecidable.has(input.observation.structure))
          throw new Error("a decision failed");
        return policy.decide(state, input);
      },
    };
  }

  #decorate(deps: AgentDeps, running: RunningAgent): AgentDeps {
    const { kernel = () => ({}) } = this.#tampering;
    const watched: AgentDeps = {
      ...deps,
      cgroups: whileAlive(watchedCgroups(withGroups(deps.cgroups, kernel), this.watch), running),
      journal: watchedJournal(deps.journal, this.watch),
      bus: {
        publish: (topic, message) => deps.bus.publish(topic, message),
        subscribe: (topic, handle) => {
          // They are brought by us.
          if (topic === "orders") return { cancel: () => {} };
          return deps.bus.subscribe(topic, handle);
        },
      },
    };
    return this.#tampering.ports?.(watched, this) ?? watched;
  }

  #hand(orders: readonly Order[]): void {
    const { order = (one) => one } = this.#tampering;
    this.running.agent.deliver(orders.map(order));
  }

  /** Time passes in small steps, in between which promises go on; all is looked at after each. */
  async pass(seconds: number): Promise<void> {
    for (let step = 0; step < Math.round(seconds / 0.1); step += 1) {
      this.stage.clock.advance(0.1);
      await this.turn();
    }
  }

  async turn(): Promise<void> {
    for (let turn = 0; turn < 10; turn += 1) await Promise.resolve();
    if (this.running.isDead && !this.#isDown) this.#follow();
    this.#tellMemory();
    this.delivery.wait();
    this.watch.look();
  }

  #follow(): void {
    this.stage.onStep = () => undefined;
    this.delivery.lose();
    this.#isDown = false;
    this.#start();
  }

  /** The process dies before or after one of the next things it does to the world. */
  crashAtStep(steps: number, when: "before" | "after"): void {
    let left = steps;
    const { running } = this;
    this.stage.onStep = (_, now) => {
      if (now !== when) return;
      left -= 1;
      if (left === 0) running.crash();
    };
  }

  /** It stays dead so long that the watcher of the lease puts everything back, or comes again at once. */
  async crash(isRestored: boolean): Promise<void> {
    this.running.crash();
    if (isRestored) {
      this.#isDown = true;
      await this.pass(12);
      this.stage.restoreAsWatcher();
    }
    this.#follow();
    await this.turn();
  }

  /** The process stands still, as when the machine sleeps. */
  async stall(isRestored: boolean): Promise<void> {
    this.stage.clock.stall(15);
    if (isRestored) this.stage.restoreAsWatcher();
    await this.pass(0.2);
  }

  // Owners and what they run.

  come(
    name: string,
    first: { readonly shares: number | null; readonly memMib: number | null },
  ): void {
    const { host } = this.stage;
    host.makeContainer({ name, engine: "lxc", limit: { quotaShares: first.shares } });
    host.writeMemMibByAnotherHand(`/${name}`, first.memMib);
  }

  go(name: string): void {
    this.#memMib.delete(name);
    this.broken.delete(name);
    this.#unreadable.delete(name);
    this.#undecidable.delete(name);
    this.stage.broken.delete(`/${name}`);
    this.stage.host.removeGroup(`/${name}`);
  }

  runs(name: string): boolean {
    return this.stage.host.cpusetOf(`/${name}`) !== undefined;
  }

  /** What grew is missing at once, what shrank is there a step later: nobody sees more than there is. */
  useMemory(name: string, memMib: number): void {
    this.stage.host.setMemMibUsed(`/${name}`, memMib);
    this.#memMib.set(name, Math.max(memMib, this.#memMib.get(name) ?? 0));
    this.#tellMemory();
    this.#memMib.set(name, memMib);
  }

  #tellMemory(): void {
    const used = [...this.#memMib.values()].reduce((sum, memMib) => sum + memMib, 0);
    const availableMib = this.isPressed ? 50 : total.mem - outside.memMib - used;
    this.stage.host.memory = { availableMib, fullStallPercent: 0 };
  }

  /** Whatever the kernel refuses us just now, it does not refuse the owner's tools. */
  setCpuByOwner(name: string, change: Partial<CpuLimit>): void {
    if (this.#unreadable.has(name)) return;
    this.stage.host.endRefusals(`/${name}`);
    this.stage.host.writeByAnotherHand(`/${name}`, change);
  }

  setMemoryByOwner(name: string, memMib: number | null): void {
    const { host } = this.stage;
    const used = this.#memMib.get(name) ?? 0;
    host.endRefusals(`/${name}`);
    if (memMib === null || memMib > used) host.writeMemMibByAnotherHand(`/${name}`, memMib);
  }

  // People.

  configure(name: string, resource: Resource, changed: StoredResourceSettings): Promise<void> {
    return this.stage.configure(name, changed, resource);
  }

  setMode(name: string, resource: Resource, mode: Mode): Promise<void> {
    return this.configure(name, resource, { mode });
  }

  async pause(name: string | undefined, isPaused: boolean): Promise<void> {
    const change =
      name === undefined
        ? { isPausedAll: isPaused }
        : { structures: [{ name: nameFor(name), isPaused }] };
    await this.stage.registry.update(change, "best-effort");
  }

  /** One order after another, all on their way at once. */
  order(name: string, resource: Resource, amounts: readonly number[]): void {
    const now = Math.floor(this.stage.clock.monotonic() * 1e6);
    const orders = amounts.map((amount) => {
      this.#lastPersonsOrder = Math.max(this.#lastPersonsOrder + 1, now);
      const target: LimitValue =
        resource === "cpu"
          ? { resource, limit: cpuLimitOfShares(amount, 100) }
          : { resource, memMib: amount };
      return this.stage.order(name, target, {
        sequence: this.#lastPersonsOrder,
        author: { kind: "person", name: "test" },
        reason: reason("asked-by-person", "a test wants it"),
      });
    });
    this.running.bus.publish("orders", orders);
  }

  /** Of one, or of all; what a dead process would have answered, nobody hears. */
  async release(name: string | undefined): Promise<void> {
    const { running } = this;
    const names = name === undefined ? undefined : [nameFor(name)];
    const released = running.agent.release(names).catch((error: unknown) => {
      if (!running.isDead) throw error;
    });
    // A write that is slow ends only when time passes.
    void released;
    await this.turn();
  }

  // Mishaps.

  setFull(what: "journal" | "lease" | "state", isFull: boolean): void {
    const { journal, leaseWorld, store } = this.stage;
    if (what === "journal") journal.isFull = isFull;
    else if (what === "lease") leaseWorld.isFull = isFull;
    else store.refuse(isFull ? "the disk is full" : undefined);
    if (isFull) this.wasFull = true;
  }

  setUnreadable(name: string, isOn: boolean): void {
    this.stage.host.setUnreadable(`/${name}`, isOn);
    if (isOn) this.#unreadable.add(name);
    else this.#unreadable.delete(name);
  }

  setBroken(name: string, part: "reading" | "decision", isOn: boolean): void {
    if (isOn) this.broken.add(name);
    const failing = part === "reading" ? this.stage.broken : this.#undecidable;
    if (isOn) failing.add(part === "reading" ? `/${name}` : name);
    else failing.delete(part === "reading" ? `/${name}` : name);
  }

  /** The kernel takes so long for a memory limit that nobody waits for its answer; 0 = at once. */
  slowMemory(seconds: number): void {
    const { clock } = this.stage;
    this.stage.memoryAnswer =
      seconds === 0
        ? undefined
        : async (memMib, group) => writeLate(group, memMib, { clock, seconds });
  }

  async endMishaps(): Promise<void> {
    const { host, journal, leaseWorld, store } = this.stage;
    this.stage.onStep = () => undefined;
    this.stage.memoryAnswer = undefined;
    journal.isFull = false;
    leaseWorld.isFull = false;
    store.refuse(undefined);
    this.isPressed = false;
    this.delivery.bringLate();
    for (const name of worldNames.filter((one) => this.runs(one))) {
      host.setFrozen(`/${name}`, false);
      // No kernel puts a limit back below what is in use.
      this.useMemory(name, 0);
      this.setUnreadable(name, false);
      host.endRefusals(`/${name}`);
      this.setBroken(name, "reading", false);
      this.setBroken(name, "decision", false);
      await this.pause(name, false);
    }
    await this.pause(undefined, false);
    await this.turn();
  }
}
