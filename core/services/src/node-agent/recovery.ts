import { type CpuLimit, isSameCpuLimit, type LimitValue } from "@sc/domain";
import type { JournalEntry, RestoreEntry } from "@sc/ports";
import type { AgentDeps } from "./agent-deps.ts";
import type { TrackedContainer } from "./tracked-container.ts";

/**
 * Decides, for each container an earlier agent of this boot had in hand, which limit is the owner's and
 * which is ours. The restore list knows the first limit; the journal knows what was written last, or was
 * about to be when the process died. If the kernel holds neither, another hand wrote it meanwhile, and
 * what it holds is the owner's wish.
 */
export class Recovery {
  readonly #entries: ReadonlyMap<string, RestoreEntry>;
  readonly #journal: readonly JournalEntry[];
  readonly #log: AgentDeps["log"];

  constructor(deps: Pick<AgentDeps, "journal" | "lease" | "log">) {
    this.#entries = new Map(deps.lease.recover().map((entry) => [entry.folder, entry]));
    this.#journal = deps.journal.recover();
    this.#log = deps.log;
  }

  /** Gives the container back the first limit it had before we came. */
  apply(container: TrackedContainer): void {
    const first = this.#firstLimitOf(container);
    const found = container.cpuLimit;
    if (first === undefined || found === undefined || isSameCpuLimit(first, found)) return;
    const ours = this.#writtenTo(container);
    if (ours.length > 0 && !ours.some((limit) => isSameCpuLimit(limit, found))) return;
    container.adoptFirstCpuLimit(first);
    container.isLeased = this.#entries.has(container.group.folder);
    this.#log.info("took up a container that an earlier agent had in hand", {
      container: container.name,
    });
  }

  #firstLimitOf(container: TrackedContainer): CpuLimit | undefined {
    const entry = this.#entries.get(container.group.folder);
    if (entry?.id === container.id) return container.group.limitOfSteps(entry.steps);
    return this.#journal.findLast((line) => isAbout(line, container))?.first.cpu;
  }

  #writtenTo(container: TrackedContainer): readonly CpuLimit[] {
    return this.#journal
      .filter((line) => isAbout(line, container) && line.step !== "refused")
      .flatMap((line) => cpuLimitsOf(line.new));
  }
}

const isAbout = (line: JournalEntry, container: TrackedContainer): boolean =>
  line.id === container.id &&
  line.group.path === container.group.ref.path &&
  line.resource === "cpu";

const cpuLimitsOf = (value: LimitValue): readonly CpuLimit[] =>
  value.resource === "cpu" ? [value.limit] : [];
