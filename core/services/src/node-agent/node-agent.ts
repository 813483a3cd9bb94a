import {
  type ContainerLimits,
  type HostObservation,
  type Order,
  type Reason,
  type Resource,
  type Result,
  reason,
  resources,
  type StructureName,
} from "@sc/domain";
import type {
  AgentContainerView,
  AuditFinding,
  CoreView,
  FinderProblem,
  HostAgent,
  OwnersRefusal,
  OwnersWish,
  ReleaseReport,
  Timer,
} from "@sc/ports";
import type { Service, ServiceHealth } from "../service-loop/service.ts";
import type { AgentDeps } from "./agent-deps.ts";
import { AgentFailures } from "./agent-failures.ts";
import { type AgentOptions, defaultAgentOptions } from "./agent-options.ts";
import { type AgentParts, makeParts } from "./agent-parts.ts";
import { auditLimits } from "./audit-limits.ts";
import { LeftOvers } from "./left-overs.ts";
import { Recovery } from "./recovery.ts";
import { Sampler, slowParts } from "./sampler.ts";
import { Tiers } from "./tiers.ts";
import type { TrackedContainer } from "./tracked-container.ts";

/** Seconds between two looks for containers, should the kernel not have told of one. */
const scanSeconds = 5;
const housekeepingSeconds = 1;

/**
 * The agent of one host: finds its containers, samples them, judges and applies orders. It is the only
 * writer of this host's limits while its heartbeat is fresh.
 */
export class NodeAgent implements Service, HostAgent {
  readonly name = "node-agent";
  readonly host: string;
  readonly #deps: AgentDeps;
  readonly #options: () => AgentOptions;
  readonly #parts: AgentParts;
  readonly #leftOvers: LeftOvers;
  readonly #sampler: Sampler;
  readonly #tiers: Tiers;
  readonly #failures: AgentFailures;
  #recovery: Recovery | undefined;
  #timers: readonly Timer[] = [];
  #samplingTimers: readonly Timer[] = [];
  #watches: readonly { cancel(): void }[] = [];
  /** What an earlier agent left changed, until the end of the scan that found it. */
  readonly #takenUp = new Set<TrackedContainer>();
  #isScanDue = false;
  #isStopping = false;
  #status: ServiceHealth["status"] = "stopped";

  /** `options` are asked for whenever they matter; `optionsChanged` says that periods are others. */
  constructor(deps: AgentDeps, options: () => AgentOptions = () => defaultAgentOptions) {
    this.#deps = deps;
    this.#options = options;
    this.#failures = new AgentFailures(deps);
    this.host = deps.hostReader.name;
    this.#parts = makeParts(deps, options, {
      onAppear: (container) => this.#appeared(container),
      onGone: (container) => this.#gone(container),
      onRename: () => this.#tiers.markStale(),
      recover: (container, resource) => this.#recover(container, resource),
      onFailure: this.#setAside.bind(this),
    });
    const { driftGuard, memoryWait } = this.#parts;
    this.#leftOvers = new LeftOvers({
      agent: deps,
      releaser: this.#parts.releaser,
      onFailed: (failed) => this.#tellFailures(failed),
    });
    this.#sampler = new Sampler({
      ...deps,
      host: this.host,
      driftGuard,
      memoryWait,
      hostObservation: () => this.#parts.ledger.observation(),
      options,
      forEach: (containers, run) => this.#forEach(containers, run),
      onVanished: () => this.#scanSoon(),
      onKilled: (container) => this.#tellKill(container),
    });
    this.#tiers = new Tiers({
      ...deps,
      driftGuard,
      hostWatch: this.#parts.hostWatch,
      ledger: this.#parts.ledger,
      sampler: this.#sampler,
      list: () => this.#parts.tracker.list,
      guarded: (container, run) => this.#forEach([container], run),
      round: (run) => this.#round(run),
    });
  }

  start(): void {
    const { bus, finders, lease, registry, timers } = this.#deps;
    this.#recovery = new Recovery(this.#deps);
    lease.beat();
    this.#scan();
    this.#watches = [
      bus.subscribe("orders", (orders) => this.deliver(orders)),
      registry.onChange(() => this.#tiers.markStale()),
      ...finders.map((finder) => finder.watch(() => this.#scanSoon())),
    ];
    this.#round(() => this.#parts.hostWatch.read(this.#sampler.autoUse()));
    this.#round(() => this.#tick());
    this.#timers = [
      timers.every(housekeepingSeconds, () => this.#round(() => this.#keepHouse())),
      timers.every(scanSeconds, () => this.#round(() => this.#scan())),
    ];
    this.#status = "running";
    this.optionsChanged();
  }

  /** Periods of sampling may be others now; everything else is asked for when it matters. */
  optionsChanged(): void {
    if (this.#status !== "running") return;
    const { timers } = this.#deps;
    const { autoSeconds, allSeconds } = this.#options();
    for (const timer of this.#samplingTimers) timer.cancel();
    this.#samplingTimers = [
      timers.every(autoSeconds, () => this.#round(() => this.#tick())),
      timers.every(allSeconds / slowParts, () => this.#round(() => this.#sampler.sampleSlow())),
    ];
  }

  /** A round that reads or decides; none is made before a lapsed lease is renewed. */
  #round(run: () => void): void {
    this.#guarded(() => {
      if (this.#isLeaseGood()) run();
    });
  }

  /** One failing round is reported and the next one tried: it never stops the loop. */
  #guarded(run: () => void): void {
    try {
      run();
    } catch (error) {
      this.#failures.note("a round of the node agent failed", error);
    }
  }

  /** One broken container is set aside, said once, and never stops the others. */
  #forEach(
    containers: Iterable<TrackedContainer>,
    run: (container: TrackedContainer) => void,
  ): void {
    for (const container of containers) {
      if (container.quarantine === undefined) this.#try(container, () => run(container));
    }
  }

  #try(container: TrackedContainer, run: () => void): void {
    try {
      run();
    } catch (error) {
      this.#setAside(container, error);
    }
  }

  #setAside(container: TrackedContainer, error: unknown): void {
    this.#failures.note(`set aside: ${container.name}`, error);
    const why = reason("quarantined", `looking at it failed: ${String(error)}`);
    container.quarantine = why;
    // Nobody would let it grow any more.
    this.#putBackLeftOvers(why, [container]);
  }

  /**
   * After a standstill (stopped, suspended, a loop blocked for seconds) the watcher may have put limits
   * back: nothing is decided before they were all read anew.
   */
  #isLeaseGood(): boolean {
    const { lease, log } = this.#deps;
    if (lease.state() === "fresh") return true;
    if (!lease.renew()) return false;
    log.warn("the agent stood still longer than its lease: all limits are read anew");
    this.#forEach(this.#parts.tracker.list, (container) => {
      this.#parts.memoryWait.lookAnew(container);
      this.#parts.driftGuard.adoptChanges(container, "while the agent stood still");
    });
    return true;
  }

  #appeared(container: TrackedContainer): void {
    for (const resource of resources) this.#recover(container, resource);
    this.#parts.cores.takeUp(container);
    this.#parts.driftGuard.rates.lookSoon(container);
    this.#tiers.markStale();
  }

  /** What an earlier agent left on it: under our lease from now on, or off the restore list. */
  #recover(container: TrackedContainer, resource: Resource): void {
    this.#recovery?.apply(container, resource);
    switch (container.stateOf(resource)) {
      case "unknown":
        // What cannot be read may still be changed: its entry stays as it is.
        return;
      case "first":
        this.#parts.writer.endLease(container, [resource]);
        return;
      case "changed":
        this.#parts.writer.leaseAnew(container, resource);
        this.#takenUp.add(container);
    }
  }

  #gone(container: TrackedContainer): void {
    this.#parts.ledger.remove(container.id);
    this.#parts.driftGuard.forget(container);
    this.#parts.cores.forget(container);
    this.#takenUp.delete(container);
    this.#tiers.markStale();
    // Only its name went to another group: what is on this one is still to be put back.
    if (container.group.exists()) return;
    container.memoryWait = "off";
    this.#parts.writer.endLease(container);
    this.#parts.cores.endLease(container);
    this.#deps.journal.forget(container.id);
  }

  #scan(): void {
    this.#parts.tracker.scan();
    this.#tiers.retryWatches();
    const containers = [...this.#takenUp].map(({ name }) => name);
    this.#takenUp.clear();
    if (containers.length === 0) {
      const undecided = this.#deps.whyUndecided?.();
      const why = undecided === undefined ? "is not in auto" : `nothing is decided: ${undecided}`;
      this.#putBackLeftOvers(reason("released", `it was left changed and ${why}`));
      return;
    }
    this.#deps.log.info("took up what an earlier agent had in hand", { containers });
    this.#putBackLeftOvers(reason("recovered", "an earlier agent left it changed, not in auto"));
  }

  #putBackLeftOvers(why: Reason, among = this.#parts.tracker.list): void {
    this.#leftOvers
      .putBack(among, why)
      .catch((error: unknown) => this.#failures.note("putting back failed", error));
  }

  #tellFailures(failed: ReleaseReport["failed"]): void {
    for (const failure of failed) this.#deps.log.error("could not be put back", { ...failure });
  }

  #tellKill({ name, id }: TrackedContainer): void {
    this.#deps.log.warn("the kernel killed a process for want of memory", { structure: name });
    const notice = { kind: "killed", name, id, at: this.#deps.clock.monotonic() } as const;
    this.#deps.bus.publish("containers", [notice]);
  }

  #tick(): void {
    this.#tiers.refresh();
    this.#sampler.sampleFast();
  }

  #keepHouse(): void {
    this.#deps.lease.beat();
    this.#parts.hostWatch.read(this.#sampler.autoUse());
    const { cores, tracker } = this.#parts;
    this.#forEach(tracker.list, (container) => cores.keep(container));
  }

  /** Many groups come and go together: one look for all of them, outside the present round. */
  #scanSoon(): void {
    if (this.#isScanDue) return;
    this.#isScanDue = true;
    this.#deps.timers.after(0, () => {
      this.#isScanDue = false;
      if (!this.#isStopping) this.#round(() => this.#scan());
    });
  }

  deliver(orders: readonly Order[]): void {
    for (const order of orders) {
      this.#guarded(() => {
        // A mode that changed since the last tick is in the ledger before anything is judged by it.
        this.#tiers.refresh();
        const container = this.#parts.tracker.get(order.structure);
        if (container === undefined) this.#parts.orderDesk.take(order);
        else this.#try(container, () => this.#parts.orderDesk.take(order));
      });
    }
  }

  containers(): readonly AgentContainerView[] {
    const now = this.#deps.clock.monotonic();
    return this.#parts.tracker.list.map((container) => container.view(now));
  }

  container(name: StructureName): AgentContainerView | undefined {
    return this.#parts.tracker.get(name)?.view(this.#deps.clock.monotonic());
  }

  hostObservation(): HostObservation {
    return this.#parts.ledger.observation();
  }

  problems(): readonly FinderProblem[] {
    return this.#parts.tracker.problems;
  }

  setOwnersLimits(
    name: StructureName,
    wish: OwnersWish,
  ): Promise<Result<ContainerLimits, OwnersRefusal>> {
    return this.#parts.ownersHand.set(name, wish);
  }

  audit(): readonly AuditFinding[] {
    const { cores, ledger, tracker } = this.#parts;
    return [...auditLimits(tracker.list, ledger), ...cores.audit()];
  }

  cores(): readonly CoreView[] {
    return this.#parts.cores.view();
  }

  release(
    names: readonly StructureName[] | undefined,
    which: readonly Resource[] = resources,
  ): Promise<ReleaseReport> {
    const why = reason("released", "the first limit is put back, as asked");
    const { list } = this.#parts.tracker;
    const asked = names && new Set(names);
    const containers = list.filter((container) => asked?.has(container.name) ?? true);
    return this.#parts.releaser.release(containers, { why, which });
  }

  health(): ServiceHealth {
    const lastError = this.#parts.writer.alarm ?? this.#failures.recent;
    const isFailing = this.#status === "running" && lastError !== undefined;
    return { status: isFailing ? "failing" : this.#status, lastError };
  }

  async stop(): Promise<void> {
    this.#isStopping = true;
    for (const timer of [...this.#timers, ...this.#samplingTimers]) timer.cancel();
    for (const watch of this.#watches) watch.cancel();
    await this.#parts.orderDesk.close();
    const { lease } = this.#deps;
    if (this.#options().onStop === "keep") {
      this.#parts.memoryWait.leave(this.#parts.tracker.list);
      lease.end("keep");
    } else {
      this.#parts.cores.close();
      const why = reason("released", "the agent stops");
      const { failed } = await this.#parts.releaser.release(this.#parts.tracker.list, {
        why,
        which: resources,
      });
      this.#tellFailures(failed);
      // With something left the heartbeat goes stale instead, and the watcher tries for us.
      if (failed.length === 0) lease.end("released");
    }
    this.#parts.tracker.close();
    this.#status = "stopped";
  }
}
