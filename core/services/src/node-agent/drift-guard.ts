import {
  type CpuLimit,
  formatCpuLimit,
  isSameCpuLimit,
  isSameMemLimit,
  ownersLimit,
  type Reason,
  type Resource,
  reason,
} from "@sc/domain";
import type { AgentDeps } from "./agent-deps.ts";
import type { AgentOptions } from "./agent-options.ts";
import { agentAuthor, type ChangeReporter } from "./change-reporter.ts";
import type { HostLedger } from "./host-ledger.ts";
import type { LimitWriter } from "./limit-writer.ts";
import type { TrackedContainer } from "./tracked-container.ts";

/** Repairs within a minute after which we no longer fight whoever writes the limit. */
const repairsPerMinute = 3;
const secondsPerMinute = 60;
/** A memory write that was late and has not landed after this long is given up. */
const lateWriteSeconds = 60;

export interface DriftGuardDeps {
  readonly agent: Pick<AgentDeps, "bus" | "clock" | "lease" | "log" | "registry">;
  readonly ledger: HostLedger;
  readonly reporter: ChangeReporter;
  readonly writer: LimitWriter;
  /** The container's first limit changed: settings that follow it must be made anew. */
  readonly learn: (container: TrackedContainer) => void;
  /** A limit can be read for the first time: it may be one that an earlier agent left. */
  readonly recover: (container: TrackedContainer, resource: Resource) => void;
}

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
  readonly #options: () => Pick<AgentOptions, "drift">;
  readonly #repairs = new Map<TrackedContainer["id"], readonly number[]>();

  constructor(deps: DriftGuardDeps, options: () => Pick<AgentOptions, "drift">) {
    this.#deps = deps;
    this.#options = options;
  }

  /** Compares the kernel with what was last written or seen. */
  look(container: TrackedContainer): "same" | "drifted" | "unreadable" {
    const found = container.group.readCpuLimit();
    if (found === undefined) return "unreadable";
    const known = container.cpuLimit;
    if (known !== undefined && isSameCpuLimit(known, found)) return "same";
    if (known === undefined) this.#meet(container, found);
    else this.#handle(container, { known, found });
    return "drifted";
  }

  /** What changed while nobody guarded it is its owner's, whatever is configured. */
  adoptChanges(container: TrackedContainer, when: string): void {
    this.lookAtMemory(container);
    const known = container.cpuLimit;
    const found = container.group.readCpuLimit();
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
        if (registry.isPaused(container.name)) return;
        if (container.heldBack?.code === "drift-held") this.#hold(container, limits, text);
        else if (this.#mayRepair(container)) this.#repair(container, limits, text);
        else this.#hold(container, limits, `${text}, again and again`);
    }
  }

  #adopt(container: TrackedContainer, limits: Drift, text: string): void {
    const why = reason("drift-adopted", `${text}: taken as its owner's wish`);
    this.#takeAsOwners(container, limits, why);
  }

  /** Held or not, what another hand wrote is not ours to overwrite when we release. */
  #hold(container: TrackedContainer, limits: Drift, text: string): void {
    const why = reason("drift-held", `${text}: left alone until it was out of auto once`);
    if (container.heldBack?.code !== "quarantined") container.heldBack = why;
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
    this.#deps.ledger.enter(container);
    this.#deps.reporter.report(container, {
      resource: "cpu",
      outcome: "noticed",
      old: drift.old?.quotaShares,
      new: drift.found.quotaShares,
      author: { kind: "other-hand" },
      reason: drift.why,
    });
    const { bus, clock } = this.#deps.agent;
    const { name, id } = container;
    bus.publish("containers", [
      { kind: "start-anew", name, id, reason: drift.why, at: clock.monotonic() },
    ]);
  }

  /** Memory: what another hand wrote is always taken as its owner's wish. */
  lookAtMemory(container: TrackedContainer): void {
    const found = container.group.readMemMibLimit();
    if (found === undefined) return;
    this.#settleLateWrite(container, found);
    const old = container.memMibLimit;
    if (container.memoryWrite !== undefined || found === old) return;
    container.memMibLimit = found;
    container.adoptFirstMemLimit(found);
    if (old === undefined) this.#deps.recover(container, "mem");
    else this.#takeMemoryAsOwners(container, { old, found });
    this.#deps.learn(container);
  }

  /** A late write is over once it landed, or once it is so late that it will not. */
  #settleLateWrite(container: TrackedContainer, found: number | null): void {
    const { memoryWrite: write } = container;
    if (write?.kind !== "late") return;
    if (isSameMemLimit(found, write.memMib)) {
      container.memMibLimit = found;
      container.memoryWrite = undefined;
    } else if (this.#deps.agent.clock.monotonic() - write.at >= lateWriteSeconds) {
      container.memoryWrite = undefined;
    }
  }

  #takeMemoryAsOwners(
    container: TrackedContainer,
    { old, found }: { readonly old: number | null; readonly found: number | null },
  ): void {
    const { reporter, writer } = this.#deps;
    const why = reason(
      "drift-adopted",
      "another hand changed the memory limit: taken as its owner's wish",
    );
    writer.endLease(container, ["mem"]);
    writer.noteAdopted(container, { resource: "mem", memMib: found }, why);
    reporter.report(container, {
      resource: "mem",
      outcome: "noticed",
      old,
      new: found,
      author: { kind: "other-hand" },
      reason: why,
    });
  }

  #mayRepair(container: TrackedContainer): boolean {
    const now = this.#deps.agent.clock.monotonic();
    const recent = (this.#repairs.get(container.id) ?? []).filter(
      (at) => at > now - secondsPerMinute,
    );
    this.#repairs.set(container.id, [...recent, now]);
    return recent.length < repairsPerMinute;
  }

  #repair(container: TrackedContainer, limits: Drift, text: string): void {
    const { known, found } = limits;
    const why = reason("drift-repaired", `${text}: written back`);
    const author = agentAuthor("drift-repair");
    // Lower than what is there now, as far as anyone can tell: it needs its line in the journal.
    const written = this.#deps.writer.writeCpu(container, {
      limit: known,
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
    this.#repairs.delete(container.id);
  }
}
