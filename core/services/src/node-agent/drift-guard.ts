import { type CpuLimit, formatCpuLimit, isSameCpuLimit, type Reason, reason } from "@sc/domain";
import type { AgentDeps } from "./agent-deps.ts";
import type { AgentOptions } from "./agent-options.ts";
import { agentAuthor, type ChangeReporter } from "./change-reporter.ts";
import type { HostLedger } from "./host-ledger.ts";
import type { LimitWriter } from "./limit-writer.ts";
import type { TrackedContainer } from "./tracked-container.ts";

/** Repairs within a minute after which we no longer fight whoever writes the limit. */
const repairsPerMinute = 3;
const secondsPerMinute = 60;

export interface DriftGuardDeps {
  readonly agent: Pick<AgentDeps, "bus" | "clock" | "lease" | "log" | "registry">;
  readonly ledger: HostLedger;
  readonly reporter: ChangeReporter;
  readonly writer: LimitWriter;
  /** The container's first limit changed: settings that follow it must be made anew. */
  readonly learn: (container: TrackedContainer) => void;
}

/**
 * Notices that another hand changed a limit: an engine, `systemctl daemon-reload`, a person, or the
 * watcher of the lease. By default the new limit is taken as the owner's wish: it becomes what release
 * puts back, and policy starts anew from it. What is not in auto is only noticed.
 */
export class DriftGuard {
  readonly #deps: DriftGuardDeps;
  readonly #whenInAuto: AgentOptions["drift"];
  readonly #repairs = new Map<TrackedContainer["id"], readonly number[]>();

  constructor(deps: DriftGuardDeps, options: Pick<AgentOptions, "drift">) {
    this.#deps = deps;
    this.#whenInAuto = options.drift;
  }

  /** Compares the kernel with what was last written or seen. */
  look(container: TrackedContainer): "same" | "drifted" | "unreadable" {
    const found = container.group.readCpuLimit();
    if (found === undefined) return "unreadable";
    const known = container.cpuLimit;
    if (known !== undefined && isSameCpuLimit(known, found)) return "same";
    if (known === undefined) this.#adopt(container, found, "the limit can be read again");
    else this.#handle(container, { known, found });
    return "drifted";
  }

  #handle(container: TrackedContainer, limits: { known: CpuLimit; found: CpuLimit }): void {
    const { registry } = this.#deps.agent;
    const isAuto = registry.settingsOf(container.name)?.resources.cpu.mode === "auto";
    const policy = isAuto ? this.#whenInAuto : "adopt";
    const text = `another hand made ${formatCpuLimit(limits.known)} into ${formatCpuLimit(limits.found)}`;
    switch (policy) {
      case "adopt":
        this.#adopt(container, limits.found, text);
        return;
      case "hold":
        this.#hold(container, limits.found, text);
        return;
      case "repair":
        if (registry.isPaused(container.name)) return;
        if (this.#mayRepair(container)) this.#repair(container, limits, text);
        else this.#hold(container, limits.found, `${text}, again and again`);
    }
  }

  #adopt(container: TrackedContainer, found: CpuLimit, text: string): void {
    const old = container.cpuLimit;
    const why = reason("drift-adopted", `${text}: taken as its owner's wish`);
    container.cpuLimit = found;
    container.adoptFirstCpuLimit(found);
    // Nothing of ours is on it any more.
    this.#deps.writer.endLease(container, ["cpu"]);
    this.#deps.learn(container);
    this.#conclude(container, { old, found, why });
  }

  #hold(container: TrackedContainer, found: CpuLimit, text: string): void {
    const old = container.cpuLimit;
    const why = reason("drift-held", `${text}: left alone until it was out of auto once`);
    container.cpuLimit = found;
    container.held = why;
    this.#conclude(container, { old, found, why });
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
    if (container.isMemoryWritePending) return;
    const found = container.group.readMemMibLimit();
    const old = container.memMibLimit;
    if (found === undefined || found === old) return;
    container.memMibLimit = found;
    container.adoptFirstMemLimit(found);
    this.#deps.writer.endLease(container, ["mem"]);
    this.#deps.learn(container);
    this.#deps.reporter.report(container, {
      resource: "mem",
      outcome: "noticed",
      old,
      new: found,
      author: { kind: "other-hand" },
      reason: reason(
        "drift-adopted",
        "another hand changed the memory limit: taken as its owner's wish",
      ),
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

  #repair(
    container: TrackedContainer,
    limits: { known: CpuLimit; found: CpuLimit },
    text: string,
  ): void {
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
      container.changed(written.value.limit, written.value.writes);
      const [old, now] = [found.quotaShares, written.value.limit.quotaShares];
      const change = { resource: "cpu", outcome: "applied", author, reason: why } as const;
      this.#deps.reporter.report(container, { ...change, old, new: now });
      return;
    }
    this.#hold(container, found, `${text} and it could not be written back`);
  }

  forget(container: TrackedContainer): void {
    this.#repairs.delete(container.id);
  }
}
