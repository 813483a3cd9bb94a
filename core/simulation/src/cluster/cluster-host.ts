import {
  type BrakeSettings,
  type ComputeResource,
  computeResources,
  cpuLimitOfShares,
  type DefaultSettings,
  type LimitValue,
  type Mode,
  type Order,
  type PolicyBook,
  policyBook,
  type RunnablePolicy,
  reason,
  type StoredResourceSettings,
} from "@sc/domain";
import type { Bus, Cgroups, ControlGroup, DocumentStore } from "@sc/ports";
import { FakeLeaseWorld, InMemoryJournal } from "@sc/ports/in-memory";
import type { AgentDeps, AgentOptions, SettingsChange } from "@sc/services";
import type { VirtualClock } from "../clock/virtual-clock.ts";
import { SimulatedHost } from "../host/simulated-host.ts";
import { InvariantWatch } from "../invariants/invariant-watch.ts";
import { watchedCgroups, watchedJournal } from "../invariants/watched-ports.ts";
import type { ClusterOnlooker } from "./cluster-onlooker.ts";
import { HostClock } from "./host-clock.ts";
import { type Decider, HostProcess } from "./host-process.ts";
import { writeLate } from "./late-write.ts";
import { MessageLinks } from "./message-links.ts";
import { whileAlive } from "./mortal-ports.ts";
import { ProcessLife, type StepTime } from "./process-life.ts";
import { findSqueezed, restoreAsWatcher } from "./restore-as-watcher.ts";
import { StoreAccess } from "./store-access.ts";
import { type OutsideUse, ownGroup, structureNameOf, Tenants } from "./tenants.ts";
import { withDecisions } from "./with-decisions.ts";
import { withGroups, withMethods } from "./with-groups.ts";

/** What tampers with the services of a host, for the checkers to find it out. */
export interface Tampering {
  /** What the kernel itself does, unseen by the watch. */
  readonly kernel?: (group: ControlGroup) => Partial<ControlGroup>;
  readonly ports?: (deps: AgentDeps, host: ClusterHost) => AgentDeps;
  readonly policy?: (policy: RunnablePolicy) => RunnablePolicy;
  readonly brakes?: Partial<BrakeSettings>;
  /** What the agent is given instead of an order; `undefined` = nothing. */
  readonly order?: (order: Order) => Order | undefined;
  /** Containers that are there from the begin, and no container's by right. */
  readonly intruders?: readonly string[];
  /** Nobody puts back what a dead process left. */
  readonly isWatcherDead?: boolean;
}

/** What all hosts of a cluster share. */
export interface ClusterHostDeps {
  readonly clock: VirtualClock;
  readonly store: DocumentStore;
  readonly makeBus: () => Bus;
  readonly policies: PolicyBook;
  readonly defaults: DefaultSettings;
  readonly onlooker: ClusterOnlooker;
}

export interface ClusterHostOptions {
  readonly name: string;
  readonly cores: number;
  readonly memMibTotal: number;
  readonly outside: OutsideUse;
  readonly brakes: BrakeSettings;
  readonly agent: Partial<AgentOptions>;
  readonly tampering?: Tampering;
}

/** The host and a container are not read at the same moment: so much of one is taken for the other's. */
const blur = { cpu: 60, mem: 50 };
/** The watcher of the lease looks a while after the last heartbeat. */
const watcherSeconds = 11;

/** One host on which the whole product runs: what people, owners and mishaps do to it are its methods. */
export class ClusterHost {
  readonly name: string;
  readonly host: SimulatedHost;
  readonly tenants: Tenants;
  readonly watch: InvariantWatch;
  readonly journal = new InMemoryJournal();
  readonly leaseWorld = new FakeLeaseWorld();
  readonly links: MessageLinks;
  readonly store: StoreAccess;
  process: HostProcess;
  /** What was to be written down then is not. */
  wasFull = false;
  readonly #deps: ClusterHostDeps;
  readonly #options: ClusterHostOptions;
  readonly #tampering: Tampering;
  readonly #clock: HostClock;
  /** Before or after one of the next steps everything dies. */
  #deathAtStep: { left: number; readonly when: StepTime } | undefined;
  /** Seconds that a memory write takes the kernel. */
  #slowMemorySeconds = 0;
  #upAt = 0;
  #lastPersonsOrder = 0;

  constructor(deps: ClusterHostDeps, options: ClusterHostOptions) {
    this.#deps = deps;
    this.#options = options;
    this.#tampering = options.tampering ?? {};
    this.name = options.name;
    this.#clock = new HostClock(deps.clock);
    const { name, cores, memMibTotal } = options;
    this.host = new SimulatedHost({ clock: deps.clock }, { name, cores, memMibTotal });
    this.tenants = new Tenants(this.host, options.outside);
    this.links = new MessageLinks(deps.onlooker.onMessage);
    this.store = new StoreAccess(deps.store);
    for (const intruder of this.#tampering.intruders ?? []) this.#letIn(intruder);
    this.watch = this.#makeWatch();
    this.process = this.#startProcess();
  }

  /** Our own group, by another's name, and soon in auto. */
  #letIn(intruder: string): void {
    this.host.renameContainer(ownGroup, "lxc", intruder);
    this.#deps.clock.after(1, () => {
      for (const resource of computeResources) void this.setMode(intruder, resource, "auto");
    });
  }

  #makeWatch(): InvariantWatch {
    const { host, leaseWorld, tenants } = this;
    const { brakes, cores, outside } = this.#options;
    const reserve = reserveOf(this.#options);
    return new InvariantWatch({
      clock: this.#clock,
      cgroups: host,
      finders: [host.finder("lxc"), host.finder("plain")],
      registry: {
        settingsOf: (name) => this.process.registry.settingsOf(name),
        isPaused: (name) => this.process.registry.isPaused(name),
      },
      brakes: () => brakes,
      agent: () => this.process.runningAgent,
      restoreList: () => leaseWorld.entries,
      isLeaseFresh: () => this.process.isLeaseFresh(),
      grantableMost: () => ({
        cpu: cores * 100 - reserve.cpu - outside.cores * 100 + blur.cpu,
        mem: host.memMibTotal - reserve.mem - outside.memMib + blur.mem + tenants.memMibFreed,
      }),
      isBroken: (name) =>
        tenants.broken.has(name) || this.#tampering.intruders?.includes(name) === true,
      cpusetOf: (path) => host.cpusetOf(path),
      ownGroups: [ownGroup],
      // One sample, and one more for what was read just before.
      noticeSeconds: 0.25,
    });
  }

  // The product.

  #startProcess(): HostProcess {
    const { brakes, policy = (one) => one, order = (one) => one } = this.#tampering;
    const { makeBus, defaults } = this.#deps;
    const { host, journal, leaseWorld, links, store } = this;
    store.forgetListeners();
    const process = new HostProcess({
      ...{ bus: makeBus(), links, clock: this.#clock, timers: this.#deps.clock, host },
      ...{ cgroups: this.#kernel(), journal, leaseWorld, store, order, defaults },
      policies: this.#policies(policy),
      brakes: () => ({ ...this.#options.brakes, ...brakes }),
      options: this.#options.agent,
      decorate: (deps, life) => this.#decorate(deps, life),
      newLife: () => new ProcessLife((_, when) => this.#step(when)),
    });
    this.process = process;
    this.watch.listen(process.bus);
    this.#deps.onlooker.onProcess(this.name, process.bus);
    void process.start();
    return process;
  }

  #step(when: StepTime): void {
    const death = this.#deathAtStep;
    if (death === undefined || death.when !== when) return;
    death.left -= 1;
    if (death.left > 0) return;
    this.#deathAtStep = undefined;
    this.process.die();
  }

  /** The kernel with the faults that are its own. */
  #kernel(): Cgroups {
    const { host, tenants } = this;
    const { clock } = this.#deps;
    return {
      open: (ref) => {
        if (tenants.isReadingBroken(ref.path)) throw new Error("opening failed");
        const opened = host.open(ref);
        if (!opened.ok) return opened;
        const group = opened.value;
        const value = withMethods(group, {
          readCpuUsedSeconds: () => {
            if (tenants.isReadingBroken(ref.path)) throw new Error("a reading failed");
            return group.readCpuUsedSeconds();
          },
          writeMemMibLimit: async (memMib, deadline) => {
            const seconds = this.#slowMemorySeconds;
            if (seconds === 0) return group.writeMemMibLimit(memMib, deadline);
            return writeLate(group, memMib, { clock, seconds });
          },
        });
        return { ok: true, value };
      },
    };
  }

  #policies(change: (policy: RunnablePolicy) => RunnablePolicy): PolicyBook {
    const { policies } = this.#deps;
    const all = computeResources.flatMap((resource) => [...policies[resource].values()]);
    return policyBook(all.map((policy) => change(this.#breakable(policy))));
  }

  /** Decides as ever, but for the containers that are broken. */
  #breakable(policy: RunnablePolicy): RunnablePolicy {
    return withDecisions(policy, (run, input) => {
      if (this.tenants.isDecisionBroken(input.observation.structure))
        throw new Error("a decision failed");
      return run.decide(input);
    });
  }

  #decorate(deps: AgentDeps, life: ProcessLife): AgentDeps {
    const { kernel = () => ({}), ports = (one) => one } = this.#tampering;
    const watched: AgentDeps = {
      ...deps,
      cgroups: whileAlive(watchedCgroups(withGroups(deps.cgroups, kernel), this.watch), life),
      journal: watchedJournal(deps.journal, this.watch),
    };
    return ports(watched, this);
  }

  /** To be called often: what is down may come back, and every invariant is looked at. */
  look(): void {
    if (this.process.life.isDead && this.#clock.monotonic() >= this.#upAt) {
      this.#deathAtStep = undefined;
      this.links.lose();
      this.#startProcess();
    }
    this.tenants.step();
    this.links.wait();
    this.watch.look();
  }

  // How it dies.

  /** The process dies before or after one of the next things it does to the world. */
  dieAtStep(steps: number, when: StepTime): void {
    this.#deathAtStep = { left: steps, when };
  }

  /** What is dead so long that the watcher of the lease looks is put back; or at once, by whoever saw it die. */
  die({ downSeconds, isRestored }: { readonly downSeconds: number; readonly isRestored: boolean }) {
    const { process } = this;
    process.die();
    this.#upAt = this.#clock.monotonic() + downSeconds;
    if (isRestored) this.#restore();
    this.#watchLease(() => this.process === process, watcherSeconds);
  }

  #watchLease(isStill: () => boolean, seconds: number): void {
    this.#deps.clock.after(seconds, () => {
      if (isStill()) this.#restore();
    });
  }

  #restore(): void {
    const { entries } = this.leaseWorld;
    if (this.#tampering.isWatcherDead !== true) restoreAsWatcher(this.host, entries);
    for (const text of findSqueezed(this.host, entries))
      this.watch.violations.push({ invariant: 7, text });
  }

  /** The process stands still, as when the machine is too busy for it. */
  stall(seconds: number): void {
    const { process } = this;
    if (!process.life.isRunning) return;
    process.standStill();
    let isStanding = true;
    this.#watchLease(() => isStanding && this.process === process, watcherSeconds);
    this.#deps.clock.after(seconds, () => {
      isStanding = false;
      process.goOn();
    });
  }

  /** The agent alone dies and comes again. */
  restartAgent(downSeconds: number): void {
    const { process } = this;
    process.agentLife.die();
    this.#deps.clock.after(downSeconds, () => {
      if (!process.life.isDead && process.agentLife.isDead) process.startAgent();
    });
  }

  restartDecider(decider: Decider, downSeconds: number): void {
    const { process } = this;
    process.endDecider(decider);
    this.#deps.clock.after(downSeconds, () => {
      if (process.life.isDead || process.isDeciding(decider)) return;
      if (decider === "scaler") this.watch.noteScalerStart();
      process.startDecider(decider);
    });
  }

  stepWall(seconds: number): void {
    this.#clock.aheadSeconds += seconds;
  }

  // People.

  async update(change: SettingsChange, saving: "required" | "best-effort"): Promise<void> {
    if (this.process.life.isRunning) await this.process.registry.update(change, saving);
  }

  async configure(name: string, resource: ComputeResource, changed: StoredResourceSettings) {
    const structure = { name: structureNameOf(name), resources: { [resource]: changed } };
    await this.update({ structures: [structure] }, "required");
  }

  setMode(name: string, resource: ComputeResource, mode: Mode): Promise<void> {
    return this.configure(name, resource, { mode });
  }

  async pause(name: string | undefined, isPaused: boolean): Promise<void> {
    const one = name === undefined ? undefined : structureNameOf(name);
    const change =
      one === undefined ? { isPausedAll: isPaused } : { structures: [{ name: one, isPaused }] };
    await this.update(change, "best-effort");
  }

  /** One order after another, all on their way at once. */
  order(name: string, resource: ComputeResource, amounts: readonly number[]): void {
    const group = this.host.open({ path: this.tenants.pathOf(name) });
    if (!group.ok || this.process.life.isDead) return;
    const now = Math.floor(this.#clock.monotonic() * 1e6);
    for (const amount of amounts) {
      this.#lastPersonsOrder = Math.max(this.#lastPersonsOrder + 1, now);
      const target: LimitValue =
        resource === "cpu"
          ? { resource, limit: cpuLimitOfShares(amount, 100) }
          : { resource, memMib: amount };
      const order: Order = {
        ...{ sequence: this.#lastPersonsOrder, host: this.name, target, id: group.value.id },
        structure: structureNameOf(name),
        author: { kind: "person", name: "an operator" },
        reason: reason("asked-by-person", "an operator wants it"),
      };
      this.process.bus.publish("orders", [order]);
    }
  }

  /** Of one, or of all; what a dead process would have answered, nobody hears. */
  release(name: string | undefined): void {
    const { process } = this;
    const names = name === undefined ? undefined : [structureNameOf(name)];
    // A write that is slow ends only when time passes.
    process.runningAgent?.release(names).catch((error: unknown) => {
      if (!process.agentLife.isDead) process.fatal.push(error);
    });
  }

  // Mishaps.

  setFull(what: "journal" | "lease" | "state", isFull: boolean): void {
    if (what === "journal") this.journal.isFull = isFull;
    else if (what === "lease") this.leaseWorld.isFull = isFull;
    else this.store.setFault(isFull ? "full" : undefined);
    if (isFull) this.wasFull = true;
  }

  /** The kernel takes so long for a memory limit that nobody waits for its answer; 0 = at once. */
  slowMemory(seconds: number): void {
    this.#slowMemorySeconds = seconds;
  }

  /** Nothing goes wrong from now on; what went wrong is not made good. */
  mend(): void {
    this.#deathAtStep = undefined;
    this.#slowMemorySeconds = 0;
    this.journal.isFull = false;
    this.leaseWorld.isFull = false;
    this.store.setFault(undefined);
    this.links.mend();
    this.tenants.mendAll();
  }
}

/** As the agent keeps it back by default: a tenth, and of memory at least 2 GiB where there are 8. */
function reserveOf({ cores, memMibTotal }: ClusterHostOptions) {
  const leastMib = memMibTotal >= 8192 ? 2048 : 0;
  return { cpu: cores * 10, mem: Math.max(memMibTotal / 10, leastMib) };
}
