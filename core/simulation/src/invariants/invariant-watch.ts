import {
  type BrakeSettings,
  byResource,
  type Change,
  type ContainerId,
  type ContainerLimits,
  emptyAccounting,
  type HostTotals,
  isSameCpuLimit,
  isSameMemLimit,
  type MonotonicSeconds,
  type Resource,
  type StructureName,
  type UsageSample,
} from "@sc/domain";
import type {
  Bus,
  Cgroups,
  Clock,
  ContainerFinder,
  ControlGroup,
  FoundContainer,
  HostAgent,
  JournalEntry,
  RestoreEntry,
} from "@sc/ports";
import type { StructureRegistry } from "@sc/services";
import { BrakeHistory } from "./brake-history.ts";
import { checkInvariants } from "./check-invariants.ts";
import type { Violation } from "./checker.ts";
import type {
  ContainerFactsNow,
  Fact,
  HostFacts,
  LimitWrite,
  Readings,
  WriteResult,
} from "./facts.ts";

/** What is known beside the agent; all of it as it really is, not as the agent is told. */
export interface InvariantWatchDeps {
  readonly clock: Clock;
  readonly cgroups: Cgroups;
  readonly finders: readonly ContainerFinder[];
  readonly registry: Pick<StructureRegistry, "settingsOf" | "isPaused">;
  readonly brakes: () => BrakeSettings;
  /** `undefined` while none runs. */
  readonly agent: () => HostAgent | undefined;
  readonly restoreList: () => readonly RestoreEntry[];
  /** Looking must not change it. */
  readonly isLeaseFresh: () => boolean;
  readonly grantableMost?: () => HostTotals;
  readonly isBroken?: (name: StructureName) => boolean;
  readonly cpusetOf?: (path: string) => string | undefined;
  readonly ownGroups?: readonly string[];
  readonly noticeSeconds: number;
}

type Answer = Omit<Fact & { readonly kind: "written" }, "kind" | "after">;

/** Changes are kept for so long; windows of brakes are shorter. */
const changesKept = 2000;

/**
 * Stands between the services and the world, gathers what passes and has every invariant checked at each
 * step. It outlives the services it watches: what they forget at a restart, it remembers.
 */
export class InvariantWatch {
  readonly violations: Violation[] = [];
  readonly #deps: InvariantWatchDeps;
  readonly #brakes: BrakeHistory;
  readonly #groups = new Map<string, ControlGroup>();
  readonly #lines = new Map<string, NonNullable<LimitWrite["line"]>>();
  readonly #readings = new Map<ContainerId, Readings>();
  readonly #samples = new Map<
    ContainerId,
    { readonly sample: UsageSample; readonly unreclaimableMib: number | undefined }
  >();
  readonly #differsSince = new Map<string, MonotonicSeconds>();
  readonly #settings = new Map<
    StructureName,
    { readonly text: string; readonly since: MonotonicSeconds }
  >();
  readonly #memoryWrites = new Map<ContainerId, Promise<void>>();
  #running: { readonly text: string; readonly since: MonotonicSeconds } | undefined;
  #changes: readonly Change[] = [];
  #scalerStartedAt: MonotonicSeconds | undefined;
  #looked: HostFacts | undefined;
  /** Answers of the kernel that the writer has not taken note of yet. */
  #answers: readonly Answer[] = [];

  constructor(deps: InvariantWatchDeps) {
    this.#deps = deps;
    this.#brakes = new BrakeHistory(deps.brakes, (id, resource) => this.#isInAuto(id, resource));
  }

  /** To be called before the services of a process subscribe. */
  listen(bus: Bus): void {
    this.noteScalerStart();
    this.#samples.clear();
    this.#answers = [];
    bus.subscribe("containers", (notices) => {
      this.#tell({ kind: "notices", notices, before: this.now() });
      for (const notice of notices) this.#brakes.takeNotice(notice);
    });
    bus.subscribe("usage", ({ samples }) => {
      this.#tell({ kind: "samples", samples, before: this.now() });
      for (const sample of samples) this.#noteSample(sample);
    });
    bus.subscribe("requests", (requests) =>
      this.#tell({ kind: "requests", requests, before: this.now() }),
    );
    bus.subscribe("holds", (holds) => this.#tell({ kind: "holds", holds, before: this.now() }));
    bus.subscribe("changes", (changes) => {
      for (const change of changes) {
        this.#checkAnswers(change);
        this.#tell({ kind: "change", change, before: this.now() });
        this.#changes = [...this.#changes.slice(-changesKept), change];
        this.#brakes.takeChange(change);
      }
    });
  }

  /** A scaler began anew, beside an agent that went on. */
  noteScalerStart(): void {
    this.#scalerStartedAt = this.#deps.clock.monotonic();
    this.#brakes.noteScalerStart();
  }

  /** What a dead process still says is heard by nobody. */
  #tell(fact: Fact): void {
    if (this.#deps.agent() !== undefined) this.#check(fact);
  }

  /** Often enough to see what changes while nothing is told. */
  look(): void {
    this.#checkAnswers();
    const after = this.now();
    this.#check({ kind: "look", before: this.#looked ?? after, after });
    this.#looked = after;
    for (const { id, first } of after.containers) this.#brakes.noteFirst(id, first);
  }

  noteReading(id: ContainerId, reading: Partial<Readings>): void {
    const none: Readings = { cpuUsedSeconds: undefined, memMib: undefined };
    this.#readings.set(id, { ...none, ...this.#readings.get(id), ...reading });
  }

  noteLine(entry: JournalEntry, isWritten: boolean): void {
    this.#lines.set(keyOf(entry.id, entry.resource), { entry, isWritten });
  }

  lineOf(id: ContainerId, resource: Resource): LimitWrite["line"] {
    return this.#lines.get(keyOf(id, resource));
  }

  /** The kernel is asked for a limit; what is handed back is to be called with its answer. */
  noteWrite(write: LimitWrite): (result: WriteResult) => void {
    const before = this.now();
    this.#check({ kind: "write", write, before });
    return (result) => {
      this.#answers = [...this.#answers, { write, result, before }];
    };
  }

  noteMemoryWrite(id: ContainerId, ended: Promise<void>): void {
    const under = this.#memoryWrites;
    under.set(id, ended);
    const forget = (): void => {
      if (under.get(id) === ended) under.delete(id);
    };
    ended.then(forget, forget);
  }

  /** Of others the writer may not have heard yet. */
  #checkAnswers(of?: Pick<Change, "id" | "resource">): void {
    const isDue = ({ write }: Answer): boolean =>
      of === undefined || (write.id === of.id && write.resource === of.resource);
    const due = this.#answers.filter(isDue);
    this.#answers = this.#answers.filter((answer) => !isDue(answer));
    for (const answer of due) this.#tell({ kind: "written", ...answer, after: this.now() });
  }

  #check(fact: Fact): void {
    this.violations.push(...checkInvariants(fact));
  }

  now(): HostFacts {
    const { agent, brakes, clock, finders, grantableMost, isLeaseFresh, noticeSeconds } =
      this.#deps;
    const restoreList = this.#deps.restoreList();
    const at = clock.monotonic();
    const found = finders.flatMap((finder) => finder.find().containers);
    const containers = found.flatMap((one) => this.#containerNow(one, { at, restoreList }));
    return {
      at,
      foundPaths: found.map(({ group }) => group.path),
      containers,
      containersSince: this.#noteContainers(containers, at),
      books: agent()?.hostObservation(),
      grantableMost: grantableMost?.(),
      brakes: brakes(),
      changes: this.#changes,
      scalerStartedAt: this.#scalerStartedAt,
      restoreList,
      isLeaseFresh: agent() === undefined ? undefined : isLeaseFresh(),
      ownGroups: this.#deps.ownGroups ?? [],
      noticeSeconds,
    };
  }

  /** None while the agent does not know it: nothing can be wrong with what nobody has in hand. */
  #containerNow(
    { name, group: { path } }: FoundContainer,
    {
      at,
      restoreList,
    }: { readonly at: MonotonicSeconds; readonly restoreList: readonly RestoreEntry[] },
  ): readonly ContainerFactsNow[] {
    const { cpusetOf, isBroken, registry } = this.#deps;
    const group = this.#groupOf(path);
    const settings = registry.settingsOf(name);
    if (group === undefined || settings === undefined) return [];
    const { id } = group;
    const view = this.#deps.agent()?.container(name);
    const isKnown = view?.facts.id === id;
    const kernel = { cpu: group.readCpuLimit(), memMib: group.readMemMibLimit() };
    const known = isKnown ? view.limits : nothingKnown;
    return [
      {
        name,
        id,
        path,
        settings,
        isPaused: registry.isPaused(name),
        settingsSince: this.#noteSettings(name, at),
        first: isKnown ? view.facts.first : nothingKnown,
        known,
        kernel,
        restored: group.limitsOfEntries(restoreList),
        unreclaimableMib: group.readMemory()?.unreclaimableMib,
        unreclaimableMibSampled: this.#samples.get(id)?.unreclaimableMib,
        readings: this.#readings.get(id),
        sample: this.#samples.get(id)?.sample,
        isMemoryUnderWay: this.#memoryWrites.has(id),
        held: isKnown ? (view.held.cpu ?? view.held.mem) : undefined,
        isBroken: isBroken?.(name) ?? false,
        differsSince: this.#noteDifferences(id, at, { kernel, known }),
        brakes: this.#brakes.of(id),
        cpuset: cpusetOf?.(path),
        accounting: isKnown ? view.accounting : emptyAccounting,
      },
    ];
  }

  /** Memory is read with every sample only where a policy moves its limit. */
  #noteSample(sample: UsageSample): void {
    const { id, name } = sample;
    this.#brakes.noteSample(sample);
    const mode = this.#deps.registry.settingsOf(name)?.resources.mem.mode;
    const group = [...this.#groups.values()].find((one) => one.id === id);
    const reading = mode === "observe" ? undefined : group?.readMemory();
    this.#samples.set(id, { sample, unreclaimableMib: reading?.unreclaimableMib });
  }

  #groupOf(path: string): ControlGroup | undefined {
    const known = this.#groups.get(path);
    if (known?.exists() === true) return known;
    const opened = this.#deps.cgroups.open({ path });
    if (!opened.ok) return undefined;
    this.#groups.set(path, opened.value);
    return opened.value;
  }

  #noteDifferences(
    id: ContainerId,
    at: MonotonicSeconds,
    limits: { readonly kernel: ContainerLimits; readonly known: ContainerLimits },
  ): ContainerFactsNow["differsSince"] {
    return byResource((resource) => {
      const key = keyOf(id, resource);
      if (!differs(resource, limits)) {
        this.#differsSince.delete(key);
        return undefined;
      }
      // Until a write of ours has ended, the kernel may hold either limit.
      const isUnderWay = resource === "mem" && this.#memoryWrites.has(id);
      const since = isUnderWay ? at : (this.#differsSince.get(key) ?? at);
      this.#differsSince.set(key, since);
      return since;
    });
  }

  #noteContainers(
    containers: readonly ContainerFactsNow[],
    at: MonotonicSeconds,
  ): MonotonicSeconds {
    const text = containers.map(({ id, name }) => `${id} ${name}`).join();
    if (text !== this.#running?.text) this.#running = { text, since: at };
    return this.#running.since;
  }

  #noteSettings(name: StructureName, at: MonotonicSeconds): MonotonicSeconds {
    const { registry } = this.#deps;
    const text = JSON.stringify([registry.settingsOf(name), registry.isPaused(name)]);
    const known = this.#settings.get(name);
    if (known?.text === text) return known.since;
    this.#settings.set(name, { text, since: at });
    return at;
  }

  #isInAuto(id: ContainerId, resource: Resource): boolean {
    const name = this.#deps
      .agent()
      ?.containers()
      .find(({ facts }) => facts.id === id)?.facts.name;
    const settings = name && this.#deps.registry.settingsOf(name);
    return settings?.resources[resource].mode === "auto";
  }
}

const nothingKnown: ContainerLimits = { cpu: undefined, memMib: undefined };
const keyOf = (id: ContainerId, resource: Resource): string => `${id} ${resource}`;

function differs(
  resource: Resource,
  { kernel, known }: { readonly kernel: ContainerLimits; readonly known: ContainerLimits },
): boolean {
  if (resource === "cpu") {
    const isKnown = kernel.cpu !== undefined && known.cpu !== undefined;
    return isKnown && !isSameCpuLimit(kernel.cpu, known.cpu);
  }
  const isKnown = kernel.memMib !== undefined && known.memMib !== undefined;
  return isKnown && !isSameMemLimit(kernel.memMib, known.memMib);
}
