import {
  InvariantBroken,
  isRateResource,
  isSameCpuLimit,
  isSameMemLimit,
  type Reason,
  type Resource,
  reason,
  resources,
} from "@sc/domain";
import type { MemWriteOutcome, ReleaseReport } from "@sc/ports";
import type { AgentDeps } from "./agent-deps.ts";
import type { AgentOptions } from "./agent-options.ts";
import { agentAuthor, type ChangeReporter } from "./change-reporter.ts";
import type { CorePins } from "./cores/core-pins.ts";
import type { DriftGuard } from "./drift-guard.ts";
import type { HostLedger } from "./host-ledger.ts";
import type { LimitWriter } from "./limit-writer.ts";
import type { MemoryWaitGuard } from "./memory-wait-guard.ts";
import type { RateGuard } from "./rates/rate-guard.ts";
import { releaseRate } from "./rates/release-rate.ts";
import type { TrackedContainer } from "./tracked-container.ts";
import { writeMemory } from "./write-memory.ts";

/** Rounds over what was refused: a parent must be raised before its child, a child lowered before it. */
const rounds = 3;

interface Release {
  readonly why: Reason;
  readonly which: readonly Resource[];
}

type Outcome = "released" | "unchanged" | { readonly failed: Reason };
type Outcomes = Map<TrackedContainer, Outcome>;

export interface ReleaserDeps {
  readonly agent: Pick<AgentDeps, "journal">;
  readonly cores: CorePins;
  readonly driftGuard: DriftGuard;
  readonly ledger: HostLedger;
  readonly memoryWait: Pick<MemoryWaitGuard, "release">;
  readonly reporter: ChangeReporter;
  readonly guard: Pick<RateGuard, "adoptChanges">;
  readonly writer: LimitWriter;
  /** A write that was late ended in a way nobody foresaw. */
  readonly onFailure: (container: TrackedContainer, error: unknown) => void;
}

/** Puts back the limits that were found at first sight. Nothing may stand in its way. */
export class Releaser {
  readonly #deps: ReleaserDeps;
  readonly #options: () => Pick<AgentOptions, "memoryDeadlineSeconds">;

  constructor(deps: ReleaserDeps, options: () => Pick<AgentOptions, "memoryDeadlineSeconds">) {
    this.#deps = deps;
    this.#options = options;
  }

  async release(
    containers: readonly TrackedContainer[],
    { why, which }: Release,
  ): Promise<ReleaseReport> {
    const parentsFirst = [...containers].sort(
      (a, b) => a.group.ref.path.length - b.group.ref.path.length,
    );
    const outcomes: Outcomes = new Map(parentsFirst.map((each) => [each, "unchanged"]));
    if (which.includes("cpu")) this.#releaseAllCpu(outcomes, why);
    const releaseMemory = async (container: TrackedContainer): Promise<void> => {
      const memory = await this.#releaseMemory(container, why).catch(failureOf);
      outcomes.set(container, worse(outcomes.get(container) ?? "unchanged", memory));
    };
    if (which.includes("mem")) await Promise.all(containers.map(releaseMemory));
    for (const resource of which.filter(isRateResource)) {
      const releaseOne = async (container: TrackedContainer): Promise<void> => {
        const rate = await releaseRate(this.#deps, container, { resource, why }).catch(failureOf);
        outcomes.set(container, worse(outcomes.get(container) ?? "unchanged", rate));
      };
      await Promise.all(containers.map(releaseOne));
    }
    this.#dropLeases(which, outcomes);
    return reportOf(outcomes);
  }

  #releaseAllCpu(outcomes: Outcomes, why: Reason): void {
    let left = [...outcomes.keys()];
    for (let round = 0; round < rounds && left.length > 0; round += 1) {
      for (const container of left) outcomes.set(container, this.#tryCpu(container, why));
      left = left.filter((container) => isFailed(outcomes.get(container)));
    }
  }

  /** One container that cannot even be read must not keep the others squeezed. */
  #tryCpu(container: TrackedContainer, why: Reason): Outcome {
    try {
      const outcome = this.#releaseCpu(container, why);
      const left = this.#deps.cores.follow(container);
      return left === undefined || isFailed(outcome) || left.code === "host-full"
        ? outcome
        : { failed: left };
    } catch (error) {
      return failureOf(error);
    }
  }

  #releaseCpu(container: TrackedContainer, why: Reason): Outcome {
    // What another hand wrote since the last look is its owner's, and not ours to overwrite.
    this.#deps.driftGuard.look(container);
    const { cpu: first } = container.facts.first;
    const now = container.group.readCpuLimit();
    if (now === undefined && container.leasedFolders.cpu !== undefined && container.group.exists())
      return { failed: unreadable };
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

  async #releaseMemory(container: TrackedContainer, why: Reason): Promise<Outcome> {
    const limit = await this.#releaseMemoryLimit(container, why).catch(failureOf);
    // Also where the limit could not be put back: nobody raises it any more.
    const wait = this.#deps.memoryWait.release(container, why);
    return worse(limit, wait.ok ? wait.value : { failed: wait.error });
  }

  async #releaseMemoryLimit(container: TrackedContainer, why: Reason): Promise<Outcome> {
    // An order's write would land on top of what is put back; it ends by its own deadline.
    if (container.memoryWrite?.kind === "under-way") await container.memoryWrite.writing;
    this.#deps.driftGuard.adoptMemory(container);
    const { memMib: first } = container.facts.first;
    const old = container.memMibLimit;
    if (container.memoryWrite !== undefined)
      return { failed: reason("write-pending", "the memory write before has not ended") };
    if (first === undefined || old === undefined) {
      const isOurs = container.leasedFolders.mem !== undefined && container.group.exists();
      return isOurs ? { failed: unreadable } : "unchanged";
    }
    if (isSameMemLimit(old, first)) return "unchanged";
    const answer = await writeMemory(container, first, this.#options().memoryDeadlineSeconds);
    if (answer.kind !== "late") return this.#concludeMemory(container, { why, old }, answer);
    answer.ended
      .then((outcome) => this.#concludeLate(container, { why, old }, outcome))
      .catch((error: unknown) => this.#deps.onFailure(container, error));
    return { failed: reason("write-pending", "the kernel has not answered") };
  }

  #concludeMemory(
    container: TrackedContainer,
    { why, old }: { readonly why: Reason; readonly old: number | null },
    outcome: MemWriteOutcome,
  ): Outcome {
    // Whatever came of it: while it was under way the book counted the larger of two.
    this.#deps.ledger.enter(container);
    switch (outcome.kind) {
      case "not-begun":
        return { failed: reason("write-pending", "other memory limits keep the writers busy") };
      case "refused":
        return { failed: reason("kernel-refused", outcome.refusal.text) };
      case "unchanged":
      case "gone":
        return "unchanged";
      case "applied": {
        const change = { resource: "mem", outcome: "applied", reason: why } as const;
        const author = agentAuthor("release");
        this.#deps.reporter.report(container, { ...change, author, old, new: outcome.memMib });
        return "released";
      }
    }
  }

  /** It was told as failed, and stayed on the restore list; refused it is tried again as a left-over. */
  #concludeLate(
    container: TrackedContainer,
    release: { readonly why: Reason; readonly old: number | null },
    outcome: MemWriteOutcome,
  ): void {
    const late = this.#concludeMemory(container, release, outcome);
    if (!isFailed(late)) this.#dropLeases(["mem"], new Map([[container, late]]));
  }

  /** What could not be put back stays on the restore list, for `sc-restore` to try again. */
  #dropLeases(which: readonly Resource[], outcomes: Outcomes): void {
    const done = [...outcomes.keys()].filter((container) => !isFailed(outcomes.get(container)));
    this.#deps.writer.endLeases(done, which);
    // Every limit of ours is leased; of the other resource what was written is still needed.
    const isUntouched = ({ cores, leasedFolders }: TrackedContainer): boolean =>
      cores.leasedFolder === undefined &&
      resources.every((resource) => leasedFolders[resource] === undefined);
    for (const { id } of done.filter(isUntouched)) this.#deps.agent.journal.forget(id);
  }
}

const unreadable = reason("kernel-refused", "the present limit cannot be read");

function failureOf(error: unknown): Outcome {
  if (error instanceof InvariantBroken) throw error;
  return { failed: reason("quarantined", `looking at it failed: ${String(error)}`) };
}

/** Of cpu and memory the one that is to be told. */
function worse(one: Outcome, other: Outcome): Outcome {
  if (isFailed(one) || other === "unchanged") return one;
  return other;
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
