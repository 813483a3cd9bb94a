import { isSameCpuLimit, type Reason, reason } from "@sc/domain";
import type { ReleaseReport } from "@sc/ports";
import type { AgentDeps } from "./agent-deps.ts";
import { agentAuthor, type ChangeReporter } from "./change-reporter.ts";
import type { HostLedger } from "./host-ledger.ts";
import type { LimitWriter } from "./limit-writer.ts";
import type { TrackedContainer } from "./tracked-container.ts";

/** Rounds over what was refused: a parent must be raised before its child, a child lowered before it. */
const rounds = 3;

type Outcome = "released" | "unchanged" | { readonly failed: Reason };

export interface ReleaserDeps {
  readonly agent: Pick<AgentDeps, "journal" | "lease" | "log">;
  readonly ledger: HostLedger;
  readonly reporter: ChangeReporter;
  readonly writer: LimitWriter;
}

/** Puts back the limits that were found at first sight. Nothing may stand in its way. */
export class Releaser {
  readonly #deps: ReleaserDeps;
  readonly #memoryDeadlineSeconds: number;

  constructor(deps: ReleaserDeps, options: { readonly memoryDeadlineSeconds: number }) {
    this.#deps = deps;
    this.#memoryDeadlineSeconds = options.memoryDeadlineSeconds;
  }

  async release(containers: readonly TrackedContainer[], why: Reason): Promise<ReleaseReport> {
    const outcomes = new Map<TrackedContainer, Outcome>();
    let left = [...containers].sort((a, b) => a.group.ref.path.length - b.group.ref.path.length);
    for (let round = 0; round < rounds && left.length > 0; round += 1) {
      for (const container of left) outcomes.set(container, this.#releaseCpu(container, why));
      left = left.filter((container) => isFailed(outcomes.get(container)));
    }
    await Promise.all(containers.map((container) => this.#releaseMemory(container, outcomes)));
    this.#dropLeases(containers, outcomes);
    return reportOf(outcomes);
  }

  #releaseCpu(container: TrackedContainer, why: Reason): Outcome {
    const { cpu: first } = container.facts.first;
    const now = container.group.readCpuLimit();
    if (first === undefined || now === undefined || isSameCpuLimit(first, now)) return "unchanged";
    const author = agentAuthor("release");
    const written = this.#deps.writer.writeCpu(container, {
      limit: first,
      isShrink: false,
      author,
      reason: why,
    });
    if (!written.ok) return { failed: written.error };
    const outcome = written.value;
    if (outcome.kind === "refused")
      return { failed: reason("kernel-refused", outcome.refusal.text) };
    if (outcome.kind !== "applied") return "unchanged";
    container.changed(outcome.limit, outcome.writes);
    this.#deps.ledger.enter(container);
    this.#deps.reporter.report(container, {
      resource: "cpu",
      outcome: "applied",
      old: now.quotaShares,
      new: outcome.limit.quotaShares,
      author,
      reason: why,
    });
    return "released";
  }

  async #releaseMemory(
    container: TrackedContainer,
    outcomes: Map<TrackedContainer, Outcome>,
  ): Promise<void> {
    const { memMib: first } = container.facts.first;
    if (first === undefined || container.memMibLimit === first) return;
    const outcome = await container.group.writeMemMibLimit(first, this.#memoryDeadlineSeconds);
    if (outcome.kind === "applied") {
      container.memMibLimit = outcome.memMib;
      if (!isFailed(outcomes.get(container))) outcomes.set(container, "released");
    } else if (outcome.kind === "refused" || outcome.kind === "late") {
      const text = outcome.kind === "late" ? "the kernel has not answered" : outcome.refusal.text;
      outcomes.set(container, { failed: reason("kernel-refused", text) });
    }
  }

  /** What could not be put back stays on the restore list, for `sc-restore` to try again. */
  #dropLeases(
    containers: readonly TrackedContainer[],
    outcomes: ReadonlyMap<TrackedContainer, Outcome>,
  ): void {
    const done = containers.filter((container) => !isFailed(outcomes.get(container)));
    for (const container of done) {
      this.#deps.writer.endLease(container);
      this.#deps.agent.journal.forget(container.id);
    }
  }
}

const isFailed = (outcome: Outcome | undefined): boolean => typeof outcome === "object";

function reportOf(outcomes: ReadonlyMap<TrackedContainer, Outcome>): ReleaseReport {
  const released: string[] = [];
  const unchanged: string[] = [];
  const failed: { structure: string; reason: Reason }[] = [];
  for (const [container, outcome] of outcomes) {
    if (outcome === "released") released.push(container.name);
    else if (outcome === "unchanged") unchanged.push(container.name);
    else failed.push({ structure: container.name, reason: outcome.failed });
  }
  return { released, unchanged, failed };
}
