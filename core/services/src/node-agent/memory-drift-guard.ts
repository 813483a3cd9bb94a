import { formatShares as formatNumber, isSameMemLimit, type Reason, reason } from "@sc/domain";
import type { AgentOptions } from "./agent-options.ts";
import { agentAuthor } from "./change-reporter.ts";
import type { DriftGuardDeps } from "./drift-guard-deps.ts";
import type { DriftRepairs } from "./drift-repairs.ts";
import { repairedMemLimit } from "./repaired-limit.ts";
import { tellDrift } from "./tell-drift.ts";
import type { TrackedContainer } from "./tracked-container.ts";
import { writeMemory } from "./write-memory.ts";

interface Drift {
  readonly known: number | null;
  readonly found: number | null;
}

/** Notices that another hand changed a memory limit; what is done then is as with cpu. */
export class MemoryDriftGuard {
  readonly #deps: DriftGuardDeps;
  readonly #options: () => RepairOptions;
  readonly #repairs: DriftRepairs;

  constructor(
    deps: DriftGuardDeps,
    how: {
      readonly options: () => RepairOptions;
      readonly repairs: DriftRepairs;
    },
  ) {
    this.#deps = deps;
    this.#options = how.options;
    this.#repairs = how.repairs;
  }

  /** Compares the kernel with what was last written or seen. */
  look(container: TrackedContainer): "same" | "drifted" | "unreadable" {
    const drift = this.#driftOf(container);
    if (drift === "same" || drift === "unreadable") return drift;
    if (drift !== "met") this.#handle(container, drift);
    return "drifted";
  }

  adoptChange(container: TrackedContainer): void {
    const drift = this.#driftOf(container);
    if (typeof drift === "object") this.#adopt(container, drift);
  }

  /** While a write of ours is under way the kernel may hold either limit, which says nothing. */
  #driftOf(container: TrackedContainer): Drift | "same" | "met" | "unreadable" {
    const found = container.group.readMemMibLimit();
    if (found === undefined) return "unreadable";
    const known = container.memMibLimit;
    if (container.memoryWrite !== undefined) return "same";
    if (known === undefined) {
      this.#meet(container, found);
      return "met";
    }
    if (isSameMemLimit(known, found)) return "same";
    const { memMibLeftOpen: left } = container;
    if (left === undefined || !isSameMemLimit(left, found)) return { known, found };
    this.#takeUpLanded(container, found);
    return "same";
  }

  /** An earlier agent began it and died; it landed only now, and has to be put back like any other. */
  #takeUpLanded(container: TrackedContainer, landed: number | null): void {
    container.memMibLeftOpen = undefined;
    container.memMibLimit = landed;
    this.#deps.writer.leaseAnew(container, "mem");
    this.#deps.ledger.enter(container);
  }

  #meet(container: TrackedContainer, found: number | null): void {
    container.memMibLimit = found;
    container.adoptFirstMemLimit(found);
    this.#deps.recover(container, "mem");
    this.#deps.learn(container);
    this.#deps.ledger.enter(container);
  }

  #handle(container: TrackedContainer, drift: Drift): void {
    const { registry } = this.#deps.agent;
    const isAuto = registry.settingsOf(container.name)?.resources.mem.mode === "auto";
    switch (isAuto ? this.#options().drift : "adopt") {
      case "adopt":
        this.#adopt(container, drift);
        return;
      case "hold":
        this.#hold(container, drift, textOf(drift));
        return;
      case "repair":
        if (registry.isPaused(container.name)) container.isLookDue.mem = true;
        else this.#repairOrHold(container, drift);
    }
  }

  #repairOrHold(container: TrackedContainer, drift: Drift): void {
    const text = textOf(drift);
    if (container.driftHolds.mem !== undefined) this.#hold(container, drift, text);
    else if (!this.#repairs.mayRepair(container))
      this.#hold(container, drift, `${text}, again and again`);
    else {
      this.#repair(container, drift, text)
        .catch((error: unknown) =>
          this.#hold(container, drift, `${text} and writing it back failed: ${String(error)}`),
        )
        .catch((error: unknown) => this.#deps.onFailure(container, error));
    }
  }

  #adopt(container: TrackedContainer, drift: Drift): void {
    const text = `${textOf(drift)}: taken as its owner's wish`;
    this.#takeAsOwners(container, drift, reason("drift-adopted", text));
  }

  #hold(container: TrackedContainer, drift: Drift, text: string): void {
    const why = reason("drift-held", `${text}: left alone until mem was out of auto once`);
    container.driftHolds.mem = why;
    this.#takeAsOwners(container, drift, why);
  }

  #takeAsOwners(container: TrackedContainer, { known, found }: Drift, why: Reason): void {
    if (container.isClosed) return;
    const { writer } = this.#deps;
    container.memMibLimit = found;
    container.adoptFirstMemLimit(found);
    writer.endLease(container, ["mem"]);
    writer.noteAdopted(container, { resource: "mem", memMib: found }, why);
    this.#deps.learn(container);
    tellDrift(this.#deps, container, { resource: "mem", old: known, new: found, why });
  }

  async #repair(container: TrackedContainer, { known, found }: Drift, text: string): Promise<void> {
    const { agent, writer } = this.#deps;
    const band = agent.registry.settingsOf(container.name)?.resources.mem;
    const floor = container.memory.floorMib(this.#options().autoSeconds) ?? 0;
    const memMib = repairedMemLimit(known, container.facts.first.memMib, { band, floor });
    const why = reason("drift-repaired", `${text}: written back`);
    const author = agentAuthor("drift-repair");
    const line = writer.memLine(container, { memMib, author, reason: why });
    container.memMibLimit = found;
    // Lower than what is there now, as far as anyone can tell: it needs its line in the journal.
    const ready = writer.prepare(container, line, true);
    if (!ready.ok) {
      this.#hold(container, { known, found }, `${text} and ${ready.error.text}`);
      return;
    }
    const answer = await writeMemory(container, memMib, this.#options().memoryDeadlineSeconds);
    // A late write may still land, so its line stays open for recovery until then.
    const outcome = answer.kind === "late" ? await answer.ended : answer;
    const isApplied = outcome.kind === "applied" || outcome.kind === "unchanged";
    writer.conclude(container, line, isApplied);
    this.#deps.ledger.enter(container);
    if (outcome.kind === "applied") {
      const change = { resource: "mem", outcome: "applied", author, reason: why } as const;
      this.#deps.reporter.report(container, { ...change, old: found, new: outcome.memMib });
    } else if (outcome.kind === "refused" || outcome.kind === "not-begun") {
      const left = container.group.readMemMibLimit() ?? found;
      this.#hold(container, { known, found: left }, `${text} and it could not be written back`);
    }
  }
}

type RepairOptions = Pick<AgentOptions, "autoSeconds" | "drift" | "memoryDeadlineSeconds">;

const textOf = ({ known, found }: Drift): string =>
  `another hand made ${limitText(known)} into ${limitText(found)}`;

const limitText = (memMib: number | null): string =>
  memMib === null ? "no limit" : `${formatNumber(memMib)} MiB`;
