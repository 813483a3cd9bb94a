import {
  type Change,
  type ContainerNotice,
  type CpuLimit,
  cpuLimitOfShares,
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
  InMemoryDocumentStore,
  InMemoryJournal,
} from "@sc/ports/testing";
import {
  type AgentDeps,
  type AgentOptions,
  defaultAgentOptions,
  NodeAgent,
  StructureRegistry,
} from "@sc/services";
import { VirtualClock } from "../clock/virtual-clock.ts";
import {
  type SimulatedContainer,
  SimulatedHost,
  type SimulatedHostOptions,
} from "../host/simulated-host.ts";

/** What happened at the agent's ports, in order; a test may make any of it fail. */
export type Step = "hold" | "drop" | "intend" | "applied" | "refused" | "forget" | "write";

/** Tests of the agent play on it: one host, what outlives an agent, and one agent after another. */
export class AgentStage {
  readonly clock = new VirtualClock();
  readonly host: SimulatedHost;
  readonly journal = new InMemoryJournal();
  readonly leaseWorld = new FakeLeaseWorld();
  readonly registry: StructureRegistry;
  readonly store: InMemoryDocumentStore;
  readonly steps: Step[] = [];
  /** Called before and after each step; what it throws, the agent meets. */
  onStep: (step: Step, when: "before" | "after") => void = () => undefined;
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
  /** What the agent meets instead of its ports as they are. */
  decorate: (deps: AgentDeps, running: RunningAgent) => AgentDeps = (deps) => deps;
  /** What outlives a process, as the next one opens it. */
  openJournal: () => Journal = () => this.journal;
  openLease: () => Lease = () => new FakeLease(this.leaseWorld);
  /** What the next process would find, for a look at it beside the one that runs. */
  readJournal: () => readonly JournalEntry[] = () => this.journal.recover();
  /** What stands on the restore list. */
  readList: () => readonly RestoreEntry[] = () => this.leaseWorld.entries;
  /** Opening these paths, and reading what they use, throws. */
  readonly broken = new Set<string>();
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
    for (const { path } of this.host
      .finder("lxc")
      .find()
      .containers.map(({ group }) => group)) {
      const group = this.host.open({ path });
      if (!group.ok) continue;
      const { cpu, memMib } = group.value.limitsOfEntries(this.readList());
      // What the kernel refuses it, it tries again in vain.
      if (cpu !== undefined) group.value.writeCpuLimit(cpu);
      if (memMib !== undefined) void group.value.writeMemMibLimit(memMib, 1);
      const wait = group.value.memoryWait;
      if (wait !== undefined && this.isOnList(wait.restoreStep.file)) wait.write(false);
    }
  }

  isOnList(file: string): boolean {
    return this.leaseWorld.entries.some(({ steps }) => steps.some((step) => step.file === file));
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
  readonly #stage: AgentStage;
  readonly #openLease: Lease;
  #isDead = false;

  constructor(stage: AgentStage, options: Partial<AgentOptions>) {
    this.#stage = stage;
    const { clock, host, registry } = stage;
    this.#openLease = stage.openLease();
    const note = (message: string, fields?: unknown): void =>
      void this.logged.push({ message, fields });
    this.agent = new NodeAgent(
      stage.decorate(
        {
          bus: this.bus,
          cgroups: this.#cgroups(),
          clock,
          finders: [host.finder("lxc"), host.finder("plain")],
          hostReader: host,
          journal: this.#journal(),
          lease: this.#lease(),
          log: { info: note, warn: note, error: note },
          registry,
          timers: this.#timers(),
          whyUndecided: () => stage.undecided,
          onFatal: (error) => void this.fatal.push(error),
        },
        this,
      ),
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
    this.#isDead = true;
  }

  get isDead(): boolean {
    return this.#isDead;
  }

  #step<T>(step: Step, run: () => T): T {
    this.assertAlive();
    this.#stage.onStep(step, "before");
    this.assertAlive();
    this.#stage.steps.push(step);
    const value = run();
    this.#stage.onStep(step, "after");
    this.assertAlive();
    return value;
  }

  /** Whatever a dead process still tries comes to nothing. */
  assertAlive(): void {
    if (this.#isDead) throw new Error("the process is dead");
  }

  #timers(): Timers {
    const { clock } = this.#stage;
    const alive = (run: () => void) => () => {
      if (!this.#isDead) run();
    };
    return {
      every: (seconds, run) => {
        const timer = clock.every(seconds, alive(run));
        this.live.timers += 1;
        return {
          cancel: () => {
            this.live.timers -= 1;
            timer.cancel();
          },
        };
      },
      after: (seconds, run) => clock.after(seconds, alive(run)),
    };
  }

  #journal(): Journal {
    const journal = this.#stage.openJournal();
    const stepOf = { intended: "intend", applied: "applied", refused: "refused" } as const;
    return {
      append: (entry) => this.#step(stepOf[entry.step], () => journal.append(entry)),
      recover: () => journal.recover(),
      forget: (id) =>
        this.#step("forget", () => {
          if (this.#stage.isJournalForgetful) journal.forget(id);
        }),
      close: () => journal.close(),
    };
  }

  #lease(): Lease {
    const lease = this.#openLease;
    const now = (): Lease => {
      this.assertAlive();
      return this.#leaseNow();
    };
    return {
      seconds: lease.seconds,
      recover: () => lease.recover(),
      hold: (entry) => this.#step("hold", () => now().hold(entry)),
      drop: (entries) => this.#step("drop", () => now().drop(entries)),
      beat: () => now().beat(),
      state: () => now().state(),
      renew: () => now().renew(),
      end: (how) => now().end(how),
    };
  }

  /** Whether the watcher of the lease leaves limits alone. */
  isLeaseFresh(): boolean {
    return this.#leaseNow().state() === "fresh";
  }

  #leaseNow(): Lease {
    const { clock, leaseWorld } = this.#stage;
    leaseWorld.uptimeSeconds = 100 + clock.monotonic();
    return this.#openLease;
  }

  #cgroups(): Cgroups {
    const { host } = this.#stage;
    return {
      open: (ref) => {
        if (this.#stage.broken.has(ref.path)) throw new Error("opening failed");
        const opened = host.open(ref);
        if (!opened.ok) return opened;
        this.live.groups += 1;
        return ok(this.#group(opened.value));
      },
    };
  }

  #group(inner: ControlGroup): ControlGroup {
    const stage = this.#stage;
    return {
      ref: inner.ref,
      id: inner.id,
      folder: inner.folder,
      exists: () => inner.exists(),
      readCpuUsedSeconds: () => {
        if (stage.broken.has(inner.ref.path)) throw new Error("a reading failed");
        return inner.readCpuUsedSeconds();
      },
      readThrottling: () => inner.readThrottling(),
      readCpuLimit: () => inner.readCpuLimit(),
      readMemMibCharged: () => inner.readMemMibCharged(),
      readMemory: () => inner.readMemory(),
      readMemoryKills: () => inner.readMemoryKills(),
      readMemMibLimit: () => inner.readMemMibLimit(),
      isFrozen: () => inner.isFrozen(),
      readTasks: () => inner.readTasks(),
      readDiskUse: () => inner.readDiskUse(),
      readDiskLimits: () => inner.readDiskLimits(),
      writeDiskLimit: (limit) => inner.writeDiskLimit(limit),
      watchMemoryPressure: (onPressure) => inner.watchMemoryPressure(onPressure),
      writeCpuLimit: (limit) => {
        stage.onCpuWrite(inner, limit);
        const outcome = this.#step("write", () => inner.writeCpuLimit(limit));
        if (outcome.kind === "applied" || outcome.kind === "refused")
          stage.cpuWrites += outcome.writes;
        return outcome;
      },
      writeMemMibLimit: (memMib, seconds) =>
        this.#step("write", () =>
          stage.memoryAnswer === undefined
            ? inner.writeMemMibLimit(memMib, seconds)
            : stage.memoryAnswer(memMib, inner),
        ),
      ...(inner.memoryWait !== undefined && { memoryWait: inner.memoryWait }),
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
      restoreEntries: (limits) => inner.restoreEntries(limits),
      limitsOfEntries: (entries) => inner.limitsOfEntries(entries),
      close: () => {
        this.live.groups -= 1;
        inner.close();
      },
    };
  }
}
