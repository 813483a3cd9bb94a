import {
  type ContainerFacts,
  type ContainerNotice,
  InvariantBroken,
  type StructureName,
  sharesPerCore,
} from "@sc/domain";
import type {
  ContainerFinder,
  ControlGroup,
  FinderAnswer,
  FinderProblem,
  FoundContainer,
} from "@sc/ports";
import type { DeclaredTotals } from "../catalogue/declared-totals.ts";
import type { AgentDeps } from "./agent-deps.ts";
import { TrackedContainer } from "./tracked-container.ts";

/** Names kept of containers that went: a host that starts jobs by the thousand never reuses most. */
const goneNamesMax = 1000;

export interface ContainerTrackerDeps {
  readonly agent: Pick<
    AgentDeps,
    | "bus"
    | "cgroups"
    | "clock"
    | "finders"
    | "hostReader"
    | "log"
    | "rates"
    | "declaredTotals"
    | "registry"
  >;
  /** Before anyone hears of the container: what an earlier process left on it. */
  readonly onAppear: (container: TrackedContainer) => void;
  readonly onGone: (container: TrackedContainer) => void;
  readonly onRename: () => void;
}

/** Keeps the list of containers equal to what runs on the host. */
export class ContainerTracker {
  readonly #deps: ContainerTrackerDeps;
  readonly #containers = new Map<StructureName, TrackedContainer>();
  /** Names of the containers that went, to know a restart when one comes again. */
  readonly #gone = new Map<StructureName, TrackedContainer["id"]>();
  #problems: readonly FinderProblem[] = [];
  #list: readonly TrackedContainer[] = [];

  constructor(deps: ContainerTrackerDeps) {
    this.#deps = deps;
  }

  /** In the order in which they were found; a new list whenever something came or went. */
  get list(): readonly TrackedContainer[] {
    return this.#list;
  }

  get problems(): readonly FinderProblem[] {
    return this.#problems;
  }

  get(name: StructureName): TrackedContainer | undefined {
    return this.#containers.get(name);
  }

  /** Asks all finders; one that fails never hides what the others found. */
  scan(): void {
    const problems: FinderProblem[] = [];
    const found = new Map<StructureName, FoundContainer>();
    for (const finder of this.#deps.agent.finders) {
      const answer = ask(finder);
      problems.push(...answer.problems);
      for (const container of answer.containers) {
        const other = found.get(container.name);
        if (other === undefined) found.set(container.name, container);
        else problems.push(nameTaken(container, other));
      }
    }
    this.#noteProblems(problems);
    const renamed = this.#findRenamed(found);
    this.#removeVanished(found, renamed);
    this.#rename(renamed);
    for (const container of found.values()) {
      if (!this.#containers.has(container.name)) this.#tryTrack(container);
    }
  }

  /** One that cannot even be opened must not hide those after it; it is tried again at each scan. */
  #tryTrack(found: FoundContainer): void {
    try {
      this.#track(found);
    } catch (error) {
      if (error instanceof InvariantBroken) throw error;
      this.#containers.delete(found.name);
      this.#list = [...this.#containers.values()];
      this.#deps.agent.log.error("a container cannot be taken up", {
        container: found.name,
        error,
      });
    }
  }

  #noteProblems(problems: readonly FinderProblem[]): void {
    const known = new Set(this.#problems.map((problem) => problem.what));
    for (const problem of problems) {
      if (!known.has(problem.what))
        this.#deps.agent.log.warn("not taken as a container", { ...problem });
    }
    this.#problems = problems;
  }

  /** Those whose group goes by another name now, with that name. */
  #findRenamed(found: ReadonlyMap<StructureName, FoundContainer>): Renamed {
    const names = new Map([...found.values()].map(({ group, name }) => [group.path, name]));
    const renamed = new Map<TrackedContainer, StructureName>();
    for (const container of this.#list) {
      const name = names.get(container.group.ref.path);
      if (name !== undefined && name !== container.name && container.group.exists())
        renamed.set(container, name);
    }
    return renamed;
  }

  /**
   * What it had before we came and what is on it stay with the group. To all others it is another
   * container, of which they know only that it was in hand: its settings may be quite others.
   */
  #rename(renamed: Renamed): void {
    for (const container of renamed.keys()) this.#takeOut(container);
    for (const [container, name] of renamed) {
      container.rename(name);
      this.#containers.set(name, container);
      this.learn(container);
      this.#appeared(container, { isTakenUp: true });
    }
    if (renamed.size === 0) return;
    this.#list = [...this.#containers.values()];
    this.#deps.onRename();
  }

  /**
   * A container is gone when its group is, or when its name now is another group's. That its finder does
   * not find it for a moment says nothing: it may be squeezed, and must stay in hand.
   */
  #removeVanished(found: ReadonlyMap<StructureName, FoundContainer>, renamed: Renamed): void {
    for (const container of this.#list) {
      if (renamed.has(container)) continue;
      const path = found.get(container.name)?.group.path;
      if (!isStillThere(container, path)) this.remove(container);
    }
  }

  remove(container: TrackedContainer): void {
    if (this.#containers.get(container.name) !== container) return;
    this.#deps.onGone(container);
    container.close();
    this.#takeOut(container);
  }

  /** Under this name it runs no more. */
  #takeOut(container: TrackedContainer): void {
    const { name, id } = container;
    this.#containers.delete(name);
    this.#remember(container);
    this.#list = [...this.#containers.values()];
    this.#deps.agent.registry.forget(name);
    this.#publish({ kind: "gone", name, id, at: this.#deps.agent.clock.monotonic() });
  }

  #remember(container: TrackedContainer): void {
    this.#gone.delete(container.name);
    this.#gone.set(container.name, container.id);
    const oldest = this.#gone.keys().next().value;
    if (this.#gone.size > goneNamesMax && oldest !== undefined) this.#gone.delete(oldest);
  }

  #track(found: FoundContainer): void {
    const opened = this.#deps.agent.cgroups.open(found.group);
    if (!opened.ok) {
      // Gone between finding and opening is a normal answer; the rest is worth a line.
      if (opened.error.code !== "gone") {
        this.#deps.agent.log.warn("a container's group cannot be opened", {
          container: found.name,
          ...opened.error,
        });
      }
      return;
    }
    const at = this.#deps.agent.clock.monotonic();
    const group = opened.value;
    const container = new TrackedContainer({
      facts: factsOf(found, group),
      group,
      firstSeenAt: at,
      rates: this.#deps.agent.rates?.open(found, group),
    });
    this.#containers.set(container.name, container);
    this.#list = [...this.#containers.values()];
    this.#deps.onAppear(container);
    this.learn(container);
    this.#appeared(container, container);
  }

  #appeared({ facts }: TrackedContainer, { isTakenUp }: { readonly isTakenUp: boolean }): void {
    const before = this.#gone.get(facts.name);
    this.#gone.delete(facts.name);
    const isRestart = before !== undefined && before !== facts.id;
    const at = this.#deps.agent.clock.monotonic();
    this.#publish({ kind: "appeared", facts, isRestart, isTakenUp, at });
  }

  /** Settings follow what was found: the first limit is the default of max. */
  learn(container: TrackedContainer): void {
    if (container.isClosed) return;
    const { declaredTotals, hostReader, registry } = this.#deps.agent;
    registry.learn(container.facts, {
      cpu: hostReader.cores * sharesPerCore,
      mem: hostReader.memMibTotal,
      ...ratesOf(declaredTotals?.()),
    });
  }

  #publish(notice: ContainerNotice): void {
    this.#deps.agent.bus.publish("containers", [notice]);
  }

  close(): void {
    for (const container of this.#list) container.close();
  }
}

type Renamed = ReadonlyMap<TrackedContainer, StructureName>;

/** Where the last reading succeeded there is no need to look: a group that vanished gives none. */
function isStillThere(container: TrackedContainer, foundPath: string | undefined): boolean {
  const { group } = container;
  if (foundPath !== undefined && foundPath !== group.ref.path) return false;
  return (foundPath !== undefined && container.hasReading) || group.exists();
}

export function factsOf(found: FoundContainer, group: ControlGroup): ContainerFacts {
  return {
    name: found.name,
    id: group.id,
    engine: found.engine,
    first: { cpu: group.readCpuLimit(), memMib: group.readMemMibLimit() },
  };
}

/** A finder that breaks its promise and throws is one more that could not be read. */
function ask(finder: ContainerFinder): FinderAnswer {
  try {
    return finder.find();
  } catch (error) {
    const text = String(error);
    const problem = { what: finder.engine, code: "SC_FINDER_UNREADABLE", text } as const;
    return { containers: [], problems: [problem] };
  }
}

const nameTaken = (container: FoundContainer, other: FoundContainer): FinderProblem => ({
  what: `${container.engine} ${container.group.path}`,
  code: "SC_NAME_TAKEN",
  text: `the name ${container.name} is taken by ${other.engine} ${other.group.path}: this one is left alone`,
});

/** Of cpu and memory the machine itself says how much there is. */
const ratesOf = ({ cpu: _cpu, mem: _mem, ...rates }: DeclaredTotals = {}): DeclaredTotals => rates;
