import {
  type CpuLimit,
  formatCpuLimit,
  isSameCpuLimit,
  ownersLimit,
  type Reason,
  reason,
} from "@sc/domain";
import type { AgentOptions } from "./agent-options.ts";
import { agentAuthor } from "./change-reporter.ts";
import type { DriftGuardDeps } from "./drift-guard-deps.ts";
import { DriftRepairs } from "./drift-repairs.ts";
import { MemoryDriftGuard } from "./memory-drift-guard.ts";
import { RateGuard } from "./rates/rate-guard.ts";
import { repairedCpuLimit } from "./repaired-limit.ts";
import { tellDrift } from "./tell-drift.ts";
import type { TrackedContainer } from "./tracked-container.ts";

/** `known`: as last written or seen; `found`: what the kernel holds. */
interface Drift {
  readonly known: CpuLimit;
  readonly found: CpuLimit;
}

/**
 * Notices that another hand changed a limit: an engine, `systemctl daemon-reload`, a person, or the
 * watcher of the lease. By default the new limit is taken as the owner's wish: it becomes what release
 * puts back, and policy starts anew from it. What is not in auto is only noticed.
 */
export class DriftGuard {
  readonly #deps: DriftGuardDeps;
  readonly #options: () => Pick<AgentOptions, "autoSeconds" | "drift" | "memoryDeadlineSeconds">;
  readonly #repairs: DriftRepairs;
  readonly #memory: MemoryDriftGuard;
  /** The same of disk and network. */
  readonly rates: RateGuard;

  constructor(
    deps: DriftGuardDeps,
    options: () => Pick<AgentOptions, "autoSeconds" | "drift" | "memoryDeadlineSeconds">,
  ) {
    this.#deps = deps;
    this.#options = options;
    this.#repairs = new DriftRepairs(deps.agent.clock);
    this.#memory = new MemoryDriftGuard(deps, { options, repairs: this.#repairs });
    this.rates = new RateGuard(deps, { options, repairs: this.#repairs });
  }

  /** Compares the kernel with what was last written or seen. */
  look(container: TrackedContainer): "same" | "drifted" | "unreadable" {
    const found = container.group.readCpuLimit();
    container.isLookDue.cpu = found === undefined;
    if (found === undefined) return "unreadable";
    const known = container.cpuLimit;
    if (known !== undefined && isSameCpuLimit(known, found)) return "same";
    if (known === undefined) this.#meet(container, found);
    else this.#handle(container, { known, found });
    return "drifted";
  }

  /** What changed while nobody guarded it is its owner's, whatever is configured. */
  adoptChanges(container: TrackedContainer, when: string): void {
    this.adoptMemory(container);
    container.isLookDue.mem = container.group.readMemMibLimit() === undefined;
    const known = container.cpuLimit;
    const found = container.group.readCpuLimit();
    container.isLookDue.cpu = found === undefined;
    if (known === undefined || found === undefined || isSameCpuLimit(known, found)) return;
    this.#adopt(container, { known, found }, `changed ${when}`);
  }

  #meet(container: TrackedContainer, found: CpuLimit): void {
    container.cpuLimit = found;
    container.adoptFirstCpuLimit(found);
    this.#deps.recover(container, "cpu");
    this.#deps.learn(container);
    const why = reason("recovered", "its limit can be read now");
    this.#conclude(container, { old: undefined, found, why });
  }

  #handle(container: TrackedContainer, limits: Drift): void {
    const { registry } = this.#deps.agent;
    const isAuto = registry.settingsOf(container.name)?.resources.cpu.mode === "auto";
    const policy = isAuto ? this.#options().drift : "adopt";
    const text = `another hand made ${formatCpuLimit(limits.known)} into ${formatCpuLimit(limits.found)}`;
    switch (policy) {
      case "adopt":
        this.#adopt(container, limits, text);
        return;
      case "hold":
        this.#hold(container, limits, text);
        return;
      case "repair":
        if (registry.isPaused(container.name)) {
          container.isLookDue.cpu = true;
          return;
        }
        if (container.driftHolds.cpu !== undefined) this.#hold(container, limits, text);
        else if (this.#repairs.mayRepair(container)) this.#repair(container, limits, text);
        else this.#hold(container, limits, `${text}, again and again`);
    }
  }

  #adopt(container: TrackedContainer, limits: Drift, text: string): void {
    const why = reason("drift-adopted", `${text}: taken as its owner's wish`);
    this.#takeAsOwners(container, limits, why);
  }

  /** Held or not, what another hand wrote is not ours to overwrite when we release. */
  #hold(container: TrackedContainer, limits: Drift, text: string): void {
    const why = reason("drift-held", `${text}: left alone until cpu was out of auto once`);
    container.driftHolds.cpu = why;
    this.#takeAsOwners(container, limits, why);
  }

  #takeAsOwners(container: TrackedContainer, { known, found }: Drift, why: Reason): void {
    const { writer } = this.#deps;
    const { cpu: first = found } = container.facts.first;
    const owners = ownersLimit({ first, ours: [known], found });
    container.cpuLimit = found;
    container.adoptFirstCpuLimit(owners);
    // The list is to put back the owner's new limit, or nothing where nothing of ours is left.
    if (isSameCpuLimit(owners, found)) writer.endLease(container, ["cpu"]);
    else writer.leaseAnew(container, "cpu");
    writer.noteAdopted(container, { resource: "cpu", limit: found }, why);
    this.#deps.learn(container);
    this.#conclude(container, { old: known, found, why });
  }

  #conclude(
    container: TrackedContainer,
    drift: { readonly old: CpuLimit | undefined; readonly found: CpuLimit; readonly why: Reason },
  ): void {
    const { old, found, why } = drift;
    const limits = { old: old?.quotaShares, new: found.quotaShares };
    tellDrift(this.#deps, container, { resource: "cpu", ...limits, why });
  }

  /** The same of its memory limit. */
  lookAtMemory(container: TrackedContainer): "same" | "drifted" | "unreadable" {
    container.isLookDue.mem = false;
    const seen = this.#memory.look(container);
    if (seen === "unreadable") container.isLookDue.mem = true;
    return seen;
  }

  /** What another hand wrote since the last look is its owner's, whatever is configured. */
  adoptMemory(container: TrackedContainer): void {
    this.#memory.adoptChange(container);
  }

  #repair(container: TrackedContainer, limits: Drift, text: string): void {
    const { known, found } = limits;
    const band = this.#deps.agent.registry.settingsOf(container.name)?.resources.cpu;
    const why = reason("drift-repaired", `${text}: written back`);
    const author = agentAuthor("drift-repair");
    // Lower than what is there now, as far as anyone can tell: it needs its line in the journal.
    const written = this.#deps.writer.writeCpu(container, {
      limit: repairedCpuLimit(known, container.facts.first.cpu, band),
      isShrink: true,
      author,
      reason: why,
    });
    if (written.ok && written.value.kind === "applied") {
      const [old, now] = [found.quotaShares, written.value.limit.quotaShares];
      const change = { resource: "cpu", outcome: "applied", author, reason: why } as const;
      this.#deps.reporter.report(container, { ...change, old, new: now });
      return;
    }
    // Half of it may have been written.
    const left = container.group.readCpuLimit() ?? found;
    this.#hold(container, { known, found: left }, `${text} and it could not be written back`);
  }

  forget(container: TrackedContainer): void {
    this.#repairs.forget(container);
  }
}
