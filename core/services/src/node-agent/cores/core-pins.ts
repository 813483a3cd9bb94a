/**
 * Which cores of a pinned host belong to which container, kept true against the limits: after each change
 * of a cpu limit, and once a second for whatever was missed, the map is moved to what the container may
 * use, and its cpuset follows. So whatever ends in the middle is finished by whoever comes next: the limit
 * says how much, the journal which cores it was, and a map that cannot be so is made again of the limits.
 *
 * On a shared host nothing is read nor written here, but what is left of an earlier pinning is put back.
 */
import {
  type Author,
  type ContainerId,
  type CoreMap,
  type CoreMapChange,
  type CpuLimit,
  emptyCoreMap,
  freeOf,
  freeShares,
  growOnCores,
  heldOn,
  heldShares,
  moveOnCores,
  type Reason,
  reason,
  removeFromCores,
  withShares,
} from "@sc/domain";
import type { AuditFinding, CoreShare, CoreView } from "@sc/ports";
import type { AgentDeps } from "../agent-deps.ts";
import type { AgentOptions } from "../agent-options.ts";
import { agentAuthor } from "../change-reporter.ts";
import { DriftRepairs } from "../drift-repairs.ts";
import type { TrackedContainer } from "../tracked-container.ts";
import { auditCores } from "./audit-cores.ts";
import { type CorePlacement, sharedPlacement } from "./core-placement.ts";
import type { CoreWriter } from "./core-writer.ts";

export interface CorePinsDeps {
  readonly agent: Pick<AgentDeps, "clock" | "log" | "placement" | "registry">;
  readonly writer: CoreWriter;
  readonly list: () => readonly TrackedContainer[];
  /** Another hand changed a cpuset; what was done about it. */
  readonly tell: (container: TrackedContainer, why: Reason) => void;
}

export class CorePins {
  readonly #deps: CorePinsDeps;
  readonly #placement: CorePlacement;
  readonly #options: () => Pick<AgentOptions, "drift">;
  readonly #repairs: DriftRepairs;
  /** Said once of each container, until it is over. */
  readonly #told = new Set<TrackedContainer>();
  #map: CoreMap | undefined;
  #order: ReturnType<CorePlacement["order"]> = "unknown";
  #isClosed = false;

  constructor(deps: CorePinsDeps, options: () => Pick<AgentOptions, "drift">) {
    this.#deps = deps;
    this.#placement = deps.agent.placement ?? sharedPlacement;
    this.#options = options;
    this.#repairs = new DriftRepairs(deps.agent.clock);
  }

  /** `undefined` = the host is shared. */
  get map(): CoreMap | undefined {
    const order = this.#placement.order();
    if (order === this.#order) return this.#map;
    this.#order = order;
    this.#map = typeof order === "string" ? undefined : emptyCoreMap(order);
    for (const container of this.#deps.list()) this.#enterNoted(container);
    return this.#map;
  }

  /** What the journal says it holds is its own where that can be; else cores are found for it anew. */
  #enterNoted({ id, cores }: TrackedContainer): void {
    if (this.#map === undefined) return;
    const entered = withHolding(this.#map, id, cores.held);
    if (entered === undefined) cores.held = [];
    else this.#map = entered;
  }

  /** What an earlier agent left on it, under our lease from now on. */
  takeUp(container: TrackedContainer): void {
    if (container.cores.applied === undefined) return;
    const leased = this.#deps.writer.lease(container);
    if (!leased.ok) this.#say(container, leased.error);
    if (this.map !== undefined) this.#enterNoted(container);
  }

  /** What it may hold at most, all others holding what they hold. */
  freeFor(container: TrackedContainer): number {
    const { map } = this;
    if (map === undefined || !this.#isPlaced(container)) return Number.POSITIVE_INFINITY;
    return freeShares(map) + heldShares(map, container.id);
  }

  /** A cpuset cuts bursts off. */
  shaped(container: TrackedContainer, limit: CpuLimit): CpuLimit {
    const isPinned = this.map !== undefined && this.#isPlaced(container);
    return isPinned ? { ...limit, burstShares: 0 } : limit;
  }

  /** Its limit is another: cores and cpuset follow. Answers why they could not. */
  follow(
    container: TrackedContainer,
    author: Author = agentAuthor("recovery"),
  ): Reason | undefined {
    const order = this.#placement.order();
    if (order === "unknown" && !this.#isClosed) return undefined;
    const { map } = this;
    const shares = container.cpuLimit?.quotaShares;
    if (map === undefined || !this.#isPlaced(container) || shares === null)
      return this.#leave(container);
    if (shares === undefined || container.cores.hold !== undefined) return undefined;
    if (isInForce(container, shares)) return undefined;
    const moved = moveOnCores(map, container.id, shares);
    if (!moved.ok || moved.value.heldShares < shares - mapRounding) {
      const free = freeShares(map) + heldShares(map, container.id);
      return reason("host-full", `the cores have ${free} shares for it, its limit is ${shares}`);
    }
    return this.#write(container, moved.value, author);
  }

  #write(container: TrackedContainer, change: CoreMapChange, author: Author): Reason | undefined {
    const { applied, held } = container.cores;
    const { cores } = change;
    const shares = sharesOf(change.map, container);
    if (isSameCores(applied, cores) && isSameHolding(held, shares)) {
      this.#map = change.map;
      return undefined;
    }
    const why = reason("cores-follow", "its cores follow its limit");
    const written = this.#deps.writer.write(container, {
      cores,
      held: shares,
      author,
      reason: why,
    });
    if (!written.ok) return written.error;
    this.#map = change.map;
    return undefined;
  }

  #leave(container: TrackedContainer): Reason | undefined {
    const why = reason("released", "it has no cores of its own any more");
    const author = agentAuthor("release");
    container.cores.hold = undefined;
    const left = this.#deps.writer.putBack(container, { author, reason: why });
    if (!left.ok) return left.error;
    this.forget(container);
    return undefined;
  }

  /** Of a group that is gone there is nothing to put back. */
  endLease(container: TrackedContainer): void {
    this.#deps.writer.endLease(container);
  }

  /** It is gone, or has nothing of ours. */
  forget(container: TrackedContainer): void {
    if (this.#map !== undefined) this.#map = removeFromCores(this.#map, container.id).map;
    this.#repairs.forget(container);
    this.#told.delete(container);
  }

  /** The same, where nobody waits for an answer. */
  settle(container: TrackedContainer, author?: Author): void {
    const why = this.follow(container, author);
    if (why === undefined) this.#told.delete(container);
    else this.#say(container, why);
  }

  /** Once a second: whatever was missed, changed by another hand, or could not be written. */
  keep(container: TrackedContainer): void {
    if (this.#placement.order() === "unknown") return;
    if (this.#deps.agent.registry.isPaused(container.name)) return;
    if (container.cores.applied !== undefined) this.#look(container);
    this.settle(container);
  }

  #look(container: TrackedContainer): void {
    const { cores } = container;
    const found = cores.control?.read();
    if (found === undefined || isSameCores(cores.applied, found)) return;
    const known = cores.applied;
    // Whoever follows is to write it again.
    cores.applied = found;
    // The watcher of the lease, or an earlier process of ours, put it back.
    if (isPutBack(container, found) || cores.hold !== undefined) return;
    const text = `another hand moved it from cores ${known?.join(",")} to ${found.join(",")}`;
    const policy = this.#options().drift;
    if (policy === "repair" && this.#repairs.mayRepair(container)) {
      this.#deps.tell(container, reason("drift-repaired", `${text}: written back`));
      return;
    }
    cores.first = found;
    this.#deps.writer.endLease(container);
    if (policy === "adopt" && this.#adopt(container)) {
      this.#deps.tell(container, reason("drift-adopted", `${text}: they are its own now`));
      return;
    }
    cores.hold = reason("drift-held", `${text}: left alone until its owner sets its limit`);
    this.#deps.tell(container, cores.hold);
  }

  /** The cores another hand chose become its own where there is room on all it needs of them. */
  #adopt(container: TrackedContainer): boolean {
    const { map } = this;
    const { applied: found = [] } = container.cores;
    const shares = container.cpuLimit?.quotaShares;
    if (map === undefined || typeof shares !== "number") return false;
    const rest = removeFromCores(map, container.id).map;
    const chosen = { cores: rest.cores.filter(({ id }) => found.includes(id)) };
    const grown = growOnCores(chosen, container.id, shares);
    if (!grown.ok || grown.value.heldShares < shares - mapRounding) return false;
    const changed = new Map(grown.value.map.cores.map((core) => [core.id, core]));
    this.#map = { cores: rest.cores.map((core) => changed.get(core.id) ?? core) };
    container.cores.held = sharesOf(this.#map, container);
    return true;
  }

  #say(container: TrackedContainer, why: Reason): void {
    if (this.#told.has(container)) return;
    this.#told.add(container);
    this.#deps.agent.log.warn("a container has not the cores it should have", {
      container: container.name,
      why: why.text,
    });
  }

  #isPlaced({ name }: TrackedContainer): boolean {
    if (this.#isClosed) return false;
    const settings = this.#deps.agent.registry.settingsOf(name);
    return settings?.resources.cpu.mode === "auto" || this.#placement.isSubscribed(name);
  }

  /** Which cores are whose; none on a shared host. */
  view(): readonly CoreView[] {
    const names = new Map(this.#deps.list().map(({ id, name }) => [id, name]));
    const cores = (this.map?.cores ?? []).map((core) => ({
      core: core.id,
      freeShares: freeOf(core),
      holders: [...core.held].map(([id, shares]) => ({ container: names.get(id) ?? id, shares })),
    }));
    return cores.toSorted((a, b) => a.core - b.core);
  }

  audit(): readonly AuditFinding[] {
    const { map } = this;
    if (map === undefined) return [];
    const { registry } = this.#deps.agent;
    const placed = this.#deps.list().filter((container) => this.#isPlaced(container));
    return auditCores(map, placed, (name) => registry.settingsOf(name)?.resources.cpu.max);
  }

  /** Nobody is to have cores of its own any more: each release puts the cpuset back, too. */
  close(): void {
    this.#isClosed = true;
  }
}

/** The map counts in hundredths of a share. */
const mapRounding = 0.01;

/** Found without the map: it is asked of every container every second. */
function isInForce({ cores: { applied, held } }: TrackedContainer, shares: number): boolean {
  const sum = held.reduce((total, one) => total + one.shares, 0);
  const named = held.map(({ core }) => core);
  return Math.abs(sum - shares) < mapRounding && isSameCores(applied, named);
}

/** `undefined` = it cannot be. */
function withHolding(
  map: CoreMap,
  id: ContainerId,
  held: readonly CoreShare[],
): CoreMap | undefined {
  const rest = removeFromCores(map, id).map;
  const free = new Map(rest.cores.map((core) => [core.id, core]));
  const isPossible = held.every(({ core, shares }) => {
    const found = free.get(core);
    return found !== undefined && shares > 0 && shares <= freeOf(found);
  });
  if (!isPossible) return undefined;
  return withShares(rest, id, new Map(held.map(({ core, shares }) => [core, shares])));
}

const sharesOf = (map: CoreMap, { id }: TrackedContainer): readonly CoreShare[] =>
  map.cores.flatMap((core) => {
    const shares = heldOn(core, id);
    return shares > 0 ? [{ core: core.id, shares }] : [];
  });

function isSameCores(a: readonly number[] | undefined, b: readonly number[] | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  const known = new Set(a);
  return known.size === b.length && b.every((core) => known.has(core));
}

/** As we would, or as the watcher of the lease does, who can write no empty line. */
function isPutBack({ cores }: TrackedContainer, found: readonly number[]): boolean {
  const { control, first } = cores;
  if (first === undefined || control === undefined) return false;
  const entry = control.restoreEntry(first);
  const listed = entry && control.coresOfEntries([entry]);
  return isSameCores(first, found) || isSameCores(listed, found);
}

const isSameHolding = (a: readonly CoreShare[], b: readonly CoreShare[]): boolean =>
  a.length === b.length &&
  a.every(({ core, shares }) => b.some((one) => one.core === core && one.shares === shares));
