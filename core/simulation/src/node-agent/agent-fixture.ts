import {
  type Change,
  type ContainerNotice,
  type CpuLimit,
  cpuLimitOfShares,
  type Engine,
  type LimitValue,
  type Mode,
  type Order,
  ok,
  type Resource,
  reason,
  type StoredResourceSettings,
} from "@sc/domain";
import { defaultsByRules, idFor, nameFor } from "@sc/domain/testing";
import type {
  Cgroups,
  ControlGroup,
  Journal,
  JournalEntry,
  Lease,
  MemWriteAnswer,
  RestoreEntry,
  Timers,
} from "@sc/ports";
import {
  FakeBus,
  FakeLease,
  FakeLeaseWorld,
  FakeRateControls,
  InMemoryDocumentStore,
  InMemoryJournal,
} from "@sc/ports/testing";
import {
  type AgentOptions,
  type CorePlacement,
  defaultAgentOptions,
  NodeAgent,
  StructureRegistry,
} from "@sc/services";
import { VirtualClock } from "../clock/virtual-clock.ts";
import {
  mortalCgroups,
  mortalFinder,
  mortalJournal,
  mortalLease,
  mortalTimers,
} from "../cluster/mortal-ports.ts";
import { ProcessLife, type Step, type StepTime } from "../cluster/process-life.ts";
import { isOnList, restoreAsWatcher } from "../cluster/restore-as-watcher.ts";
import { withGroups, withMethods } from "../cluster/with-groups.ts";
import {
  type SimulatedContainer,
  SimulatedHost,
  type SimulatedHostOptions,
} from "../host/simulated-host.ts";

/** Tests of the agent play on it: one host, what outlives an agent, and one agent after another. */
export class AgentStage {
  readonly clock = new VirtualClock();
  readonly host: SimulatedHost;
  readonly journal = new InMemoryJournal();
  /** Disk and network of what a test gives some. */
  readonly rates = new FakeRateControls();
  readonly leaseWorld = new FakeLeaseWorld();
  readonly registry: StructureRegistry;
  readonly store: InMemoryDocumentStore;
  readonly steps: Step[] = [];
  /** Called before and after each step; what it throws, the agent meets. */
  onStep: (step: Step, when: StepTime) => void = () => undefined;
  /** Called before each write of a cpu limit. */
  onCpuWrite: (group: ControlGroup, limit: CpuLimit) => void = () => undefined;
  /** Files of the kernel that were written for a cpu limit. */
  cpuWrites = 0;
  /** A journal in a file: what is forgotten comes back when the file is read again. */
  isJournalForgetful = true;
  /** Takes the place of the kernel's answer to a memory write. */
  memoryAnswer:
    | ((memMib: number | null, group: ControlGroup) => Promise<MemWriteAnswer>)
    | undefined;
  /** Why nothing decides about limits. */
  undecided: string | undefined;
  /** The kernel gives no watch of limits. */
  isWatchless = false;
  /** Called when one begins. */
  onWatch: () => void = () => undefined;
  /** Ends the newest one, as the kernel may. */
  endWatch: () => void = () => undefined;
  /** What outlives a process, as the next one opens it. */
  openJournal: () => Journal = () => this.journal;
  openLease: () => Lease = () => new FakeLease(this.leaseWorld);
  /** What the next process would find, for a look at it beside the one that runs. */
  readJournal: () => readonly JournalEntry[] = () => this.journal.recover();
  /** What stands on the restore list. */
  readList: () => readonly RestoreEntry[] = () => this.leaseWorld.entries;
  /** Opening these paths, and reading what they use, throws. */
  readonly broken = new Set<string>();
  /** On which cores containers are laid. */
  placement: CorePlacement = { order: () => "shared", isSubscribed: () => false };
  #lastSequence = 0;

  private constructor(
    host: SimulatedHostOptions,
    settings: { readonly registry: StructureRegistry; readonly store: InMemoryDocumentStore },
  ) {
    this.host = new SimulatedHost({ clock: this.clock }, host);
    this.registry = settings.registry;
    this.store = settings.store;
  }

  static async set(host: Partial<SimulatedHostOptions> = {}): Promise<AgentStage> {
    const store = new InMemoryDocumentStore();
    const registry = await StructureRegistry.load({ defaults: defaultsByRules, store });
    return new AgentStage({ cores: 8, ...host }, { registry, store });
  }

  container(name: string, shares: number | null, more: Partial<SimulatedContainer> = {}): void {
    const limit = { quotaShares: shares };
    this.host.makeContainer({ name, engine: "lxc", limit, ...more });
  }

  limitOf(name: string): CpuLimit | undefined {
    const group = this.host.open({ path: `/${name}` });
    return group.ok ? group.value.readCpuLimit() : undefined;
  }

  async configure(
    name: string,
    changed: StoredResourceSettings,
    resource: Resource = "cpu",
  ): Promise<void> {
    const resources = { [resource]: changed };
    await this.registry.update({ structures: [{ name: nameFor(name), resources }] }, "required");
  }

  setMode(name: string, mode: Mode): Promise<void> {
    return this.configure(name, { mode });
  }

  /** Plays the watcher of the lease: puts back all that is on the list. */
  restoreAsWatcher(): void {
    restoreAsWatcher(this.host, this.readList());
  }

  isOnList(file: string): boolean {
    return isOnList(file, this.leaseWorld.entries);
  }

  order(name: string, target: LimitValue | number, changed: Partial<Order> = {}): Order {
    this.#lastSequence += 1;
    const group = this.host.open({ path: `/${name}` });
    return {
      sequence: this.#lastSequence,
      host: this.host.name,
      structure: nameFor(name),
      id: group.ok ? group.value.id : idFor(name),
      target:
        typeof target === "number"
          ? { resource: "cpu", limit: cpuLimitOfShares(target, 100) }
          : target,
      author: { kind: "policy", name: "test" },
      reason: reason("usage-above-upper", "a test wants it"),
      ...changed,
    };
  }

  /** An agent that does not run yet, for others to subscribe first. */
  prepare(options: Partial<AgentOptions> = {}): RunningAgent {
    return new RunningAgent(this, options);
  }

  start(options: Partial<AgentOptions> = {}): RunningAgent {
    const running = this.prepare(options);
    running.agent.start();
    return running;
  }
}

/** One life of an agent. After its crash nothing it does reaches the world any more. */
export class RunningAgent {
  readonly bus = new FakeBus();
  readonly agent: NodeAgent;
  readonly fatal: unknown[] = [];
  /** What it began and has not ended: timers of a period, and groups it holds open. */
  readonly live = { timers: 0, groups: 0 };
  readonly logged: { readonly message: string; readonly fields: unknown }[] = [];
  readonly #life: ProcessLife;
  readonly #stage: AgentStage;
  readonly #openLease: Lease;

  constructor(stage: AgentStage, options: Partial<AgentOptions>) {
    this.#stage = stage;
    const { clock, host, registry } = stage;
    this.#openLease = stage.openLease();
    this.#life = new ProcessLife((step, when) => {
      stage.onStep(step, when);
      if (when === "before" && !this.isDead) stage.steps.push(step);
    });
    const note = (message: string, fields?: unknown): void =>
      void this.logged.push({ message, fields });
    const finder = (engine: Engine) => mortalFinder(host.finder(engine), this.#life);
    this.agent = new NodeAgent(
      {
        bus: this.bus,
        cgroups: this.#cgroups(),
        clock,
        finders: [finder("lxc"), finder("plain")],
        hostReader: host,
        journal: this.#journal(),
        lease: mortalLease(this.#openLease, this.#life, () => this.#setLeaseClock()),
        log: { info: note, warn: note, error: note },
        rates: stage.rates,
        placement: stage.placement,
        registry,
        timers: this.#timers(),
        whyUndecided: () => stage.undecided,
        onFatal: (error) => void this.fatal.push(error),
      },
      () => ({ ...defaultAgentOptions, ...options }),
    );
  }

  changes(): readonly Change[] {
    return this.bus.published("changes").flat();
  }

  notices(): readonly ContainerNotice[] {
    return this.bus.published("containers").flat();
  }

  lastChange(): Change | undefined {
    return this.changes().at(-1);
  }

  give(...orders: readonly Order[]): Change | undefined {
    this.bus.publish("orders", orders);
    return this.lastChange();
  }

  /** The process ends here and now. */
  crash(): void {
    this.#life.die();
  }

  get isDead(): boolean {
    return this.#life.isDead;
  }

  #timers(): Timers {
    const timers = mortalTimers(this.#stage.clock, this.#life);
    return {
      ...timers,
      every: (seconds, run) => {
        const timer = timers.every(seconds, run);
        this.live.timers += 1;
        return {
          cancel: () => {
            this.live.timers -= 1;
            timer.cancel();
          },
        };
      },
    };
  }

  #journal(): Journal {
    const stage = this.#stage;
    const journal = stage.openJournal();
    return mortalJournal(
      {
        append: (entry) => journal.append(entry),
        recover: () => journal.recover(),
        forget: (id) => {
          if (stage.isJournalForgetful) journal.forget(id);
        },
        close: () => journal.close(),
      },
      this.#life,
    );
  }

  /** Whether the watcher of the lease leaves limits alone. */
  isLeaseFresh(): boolean {
    this.#setLeaseClock();
    return this.#openLease.state() === "fresh";
  }

  #setLeaseClock(): void {
    const { clock, leaseWorld } = this.#stage;
    leaseWorld.uptimeSeconds = 100 + clock.monotonic();
  }

  #cgroups(): Cgroups {
    const stage = this.#stage;
    const kernel: Cgroups = {
      open: (ref) => {
        if (stage.broken.has(ref.path)) throw new Error("opening failed");
        const opened = stage.host.open(ref);
        if (!opened.ok) return opened;
        this.live.groups += 1;
        return ok(this.#group(opened.value));
      },
    };
    return withGroups(mortalCgroups(kernel, this.#life), (group) => ({
      writeCpuLimit: (limit) => {
        stage.onCpuWrite(group, limit);
        const outcome = group.writeCpuLimit(limit);
        if (outcome.kind === "applied" || outcome.kind === "refused")
          stage.cpuWrites += outcome.writes;
        return outcome;
      },
    }));
  }

  #group(inner: ControlGroup): ControlGroup {
    const stage = this.#stage;
    return withMethods(inner, {
      readCpuUsedSeconds: () => {
        if (stage.broken.has(inner.ref.path)) throw new Error("a reading failed");
        return inner.readCpuUsedSeconds();
      },
      writeMemMibLimit: (memMib, seconds) =>
        stage.memoryAnswer === undefined
          ? inner.writeMemMibLimit(memMib, seconds)
          : stage.memoryAnswer(memMib, inner),
      watchLimits: (onWrite, onEnd) => {
        if (stage.isWatchless) return undefined;
        stage.onWatch();
        const watch = inner.watchLimits(onWrite, onEnd);
        stage.endWatch = () => {
          watch?.cancel();
          onEnd();
        };
        return watch;
      },
      close: () => {
        this.live.groups -= 1;
        inner.close();
      },
    });
  }
}
