import { VirtualClock } from "../clock/virtual-clock.ts";
import { applyEvent, canHappen, doesHarm, isMishap } from "../cluster/apply-event.ts";
import { Cluster, type ClusterDeps } from "../cluster/cluster.ts";
import type { ClusterHost } from "../cluster/cluster-host.ts";
import { steady } from "../demand/demand.ts";
import type { InvariantNumber } from "../invariants/checker.ts";
import { findNotReleased } from "./check-agreement.ts";
import { describeEvent } from "./describe-event.ts";
import { drawFirstLimits } from "./draw-event.ts";
import { Draws } from "./draws.ts";
import { FactLog } from "./fact-log.ts";
import type { FaultPlan, PlannedEvent } from "./fault-plan.ts";
import { findUnconverged } from "./find-unconverged.ts";
import { People } from "./people.ts";
import { Wishes } from "./wishes.ts";

/**
 * Within so long after the last fault everything must have come right. On a full host one waits for another,
 * and what has much memory to give back is in no hurry.
 */
const convergeSecondsMost = 240;
/** Between two looks whether it has. */
const convergeEverySeconds = 2;

/** What did not hold: an invariant by its number, or that everything comes right when the faults stop. */
export interface Failure {
  readonly invariant: InvariantNumber | "converges" | "runs";
  readonly text: string;
  /** In seconds of the run. */
  readonly at: number;
  readonly host: string;
}

export interface RunResult {
  readonly seed: number;
  /** Those of the first moment at which something did not hold. */
  readonly failures: readonly Failure[];
  /** How often what went wrong, by kind. */
  readonly faults: Readonly<Record<string, number>>;
  /** Looks at every invariant, all hosts taken together. */
  readonly steps: number;
  /** Of virtual time. */
  readonly seconds: number;
  /** After the last fault; `undefined` = it has not. */
  readonly convergedSeconds: number | undefined;
  /** Of everything that was told: of two runs that are the same it is the same. */
  readonly digest: string;
  /** What led there, oldest first. */
  readonly history: readonly string[];
}

/** Runs what was planned, until it has converged or something does not hold. */
export async function runPlan(plan: FaultPlan, deps: ClusterDeps): Promise<RunResult> {
  const run = new PlanRun(plan, deps);
  await run.withFaults();
  if (!run.hasFailed) await run.withoutFaults();
  if (!run.hasFailed) await run.release();
  return run.result();
}

class PlanRun {
  readonly #plan: FaultPlan;
  readonly #cluster: Cluster;
  readonly #log: FactLog;
  readonly #wishes = new Map<string, Wishes>();
  readonly #faults: Record<string, number> = {};
  readonly #failures: Failure[] = [];
  #convergedSeconds: number | undefined;

  constructor(plan: FaultPlan, deps: ClusterDeps) {
    const clock = new VirtualClock();
    this.#plan = plan;
    this.#log = new FactLog(clock);
    const onlooker = {
      onProcess: (host: string, bus: Parameters<Wishes["listen"]>[0]) => {
        this.#log.note(host, "a process of the product starts");
        this.#log.listen(host, bus);
        this.#wishesOf(host).listen(bus);
      },
      onMessage: (how: string) => this.#count(`message ${how}`),
    };
    this.#cluster = new Cluster(deps, plan.hosts, { clock, onlooker });
  }

  get hasFailed(): boolean {
    return this.#failures.length > 0;
  }

  result(): RunResult {
    const { clock, steps } = this.#cluster;
    return {
      seed: this.#plan.seed,
      failures: this.#failures,
      faults: this.#faults,
      steps,
      seconds: clock.monotonic(),
      convergedSeconds: this.#convergedSeconds,
      digest: this.#log.digest,
      history: this.#log.lines,
    };
  }

  async withFaults(): Promise<void> {
    const { events, seconds } = this.#plan;
    let next = 0;
    while (this.#cluster.clock.monotonic() < seconds && !this.hasFailed) {
      const now = this.#cluster.clock.monotonic() + 1e-6;
      for (let due = events[next]; due !== undefined && due.at <= now; due = events[next]) {
        await this.#happen(due);
        next += 1;
      }
      await this.#cluster.pass(0.1);
      this.#lookForFailures();
    }
  }

  async #happen({ host: index, event }: PlannedEvent): Promise<void> {
    const host = this.#cluster.hosts[index];
    if (host === undefined || !canHappen(host, event)) return;
    this.#log.note(host.name, `→ ${describeEvent(event)}`);
    if (isMishap(event) && doesHarm(event)) this.#count(event.kind);
    await applyEvent(host, event);
    await this.#cluster.turn();
  }

  #count(kind: string): void {
    this.#faults[kind] = (this.#faults[kind] ?? 0) + 1;
  }

  #wishesOf(host: string): Wishes {
    const wishes = this.#wishes.get(host) ?? new Wishes();
    this.#wishes.set(host, wishes);
    return wishes;
  }

  #lookForFailures(): void {
    const at = this.#cluster.clock.monotonic();
    for (const { name, process, watch } of this.#cluster.hosts) {
      for (const { invariant, text } of watch.violations)
        this.#failures.push({ invariant, text, at, host: name });
      for (const error of process.fatal)
        this.#failures.push({ invariant: "runs", text: String(error), at, host: name });
    }
  }

  /** The faults stop, and people see to what waits for them; then everything must come right by itself. */
  async withoutFaults(): Promise<void> {
    const { clock, hosts } = this.#cluster;
    this.#log.note("all", "the faults stop");
    const draws = new Draws(`faults ${this.#plan.seed} end`);
    for (const host of hosts) host.mend();
    await this.#cluster.turn();
    for (const host of hosts) settle(host, draws);
    const began = clock.monotonic();
    const people = hosts.map((host) => new People(host));
    while (clock.monotonic() - began < convergeSecondsMost) {
      await this.#cluster.pass(convergeEverySeconds);
      this.#lookForFailures();
      if (this.hasFailed) return;
      for (const one of people) await one.seeToHost();
      if (!people.every(({ isDone }) => isDone) || this.#unconverged().length > 0) continue;
      this.#convergedSeconds = clock.monotonic() - began;
      return;
    }
    this.#failures.push(...this.#unconverged());
  }

  #unconverged(): readonly Failure[] {
    const at = this.#cluster.clock.monotonic();
    return this.#cluster.hosts.flatMap((host) =>
      findUnconverged(host, this.#wishesOf(host.name)).map((text) => ({
        ...{ invariant: "converges" as const, text, at, host: host.name },
      })),
    );
  }

  /** At last every owner gets back what was theirs. */
  async release(): Promise<void> {
    const { hosts } = this.#cluster;
    // No kernel puts a limit back below what is in use.
    for (const { tenants } of hosts) for (const name of tenants.names) tenants.useMemory(name, 0);
    await this.#cluster.pass(0.2);
    for (const host of hosts) {
      const at = this.#cluster.clock.monotonic();
      for (const text of await findNotReleased(host))
        this.#failures.push({ invariant: "converges", text, at, host: host.name });
    }
    this.#lookForFailures();
  }
}

/** What runs needs as much as it did, but evenly; what failed once is started anew. */
function settle(host: ClusterHost, draws: Draws): void {
  const { tenants } = host;
  for (const name of tenants.names) {
    if (!tenants.broken.has(name)) continue;
    tenants.go(name);
    tenants.come(name, drawFirstLimits(draws));
  }
  for (const name of tenants.names) {
    host.host.setDemand(tenants.pathOf(name), steady(draws.integer(2, 80) / 100));
    tenants.useMemory(name, draws.integer(10, 500));
  }
}
