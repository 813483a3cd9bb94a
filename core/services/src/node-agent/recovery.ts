import { type ContainerLimits, type CpuLimit, isSameCpuLimit } from "@sc/domain";
import type { JournalEntry, RestoreEntry } from "@sc/ports";
import type { AgentDeps } from "./agent-deps.ts";
import type { TrackedContainer } from "./tracked-container.ts";

/**
 * Decides, for each container an earlier agent of this boot had in hand, which limit is the owner's and
 * which is ours. The restore list knows the first limit; the journal knows it too, and what was written
 * last, or was about to be when the process died. If the kernel holds neither, another hand wrote it
 * meanwhile, and what it holds is the owner's wish.
 */
export class Recovery {
  readonly #entries: readonly RestoreEntry[];
  readonly #journal: readonly JournalEntry[];
  readonly #log: AgentDeps["log"];

  constructor(deps: Pick<AgentDeps, "journal" | "lease" | "log">) {
    this.#entries = deps.lease.recover();
    this.#journal = deps.journal.recover();
    this.#log = deps.log;
  }

  /** Gives the container back the first limits it had before we came. */
  apply(container: TrackedContainer): void {
    const lines = this.#journal.filter((line) => isAbout(line, container));
    const listed = container.group.limitsOfEntries(this.#entries);
    const noted = lines.at(-1)?.first;
    const isCpuOurs = recoverCpu(container, { listed, noted, lines });
    const isMemOurs = recoverMem(container, { listed, noted, lines });
    if (!isCpuOurs && !isMemOurs) return;
    this.#log.info("took up a container that an earlier agent had in hand", {
      container: container.name,
    });
  }
}

interface Known {
  readonly listed: ContainerLimits;
  readonly noted: ContainerLimits | undefined;
  readonly lines: readonly JournalEntry[];
}

/** Whether the limit in the kernel is one of ours. */
function recoverCpu(container: TrackedContainer, { listed, noted, lines }: Known): boolean {
  const first = listed.cpu ?? noted?.cpu;
  const found = container.cpuLimit;
  if (first === undefined || found === undefined || isSameCpuLimit(first, found)) return false;
  const ours = lines.flatMap((line): CpuLimit[] =>
    line.new.resource === "cpu" ? [line.new.limit] : [],
  );
  if (ours.length > 0 && !ours.some((limit) => isSameCpuLimit(limit, found))) return false;
  container.adoptFirstCpuLimit(first);
  return true;
}

function recoverMem(container: TrackedContainer, { listed, noted, lines }: Known): boolean {
  const first = listed.memMib !== undefined ? listed.memMib : noted?.memMib;
  const found = container.memMibLimit;
  if (first === undefined || found === undefined || first === found) return false;
  const isOurs = lines.some((line) => line.new.resource === "mem" && line.new.memMib === found);
  if (isOurs) container.adoptFirstMemLimit(first);
  return isOurs;
}

const isAbout = (line: JournalEntry, container: TrackedContainer): boolean =>
  line.step !== "refused" &&
  line.id === container.id &&
  line.group.path === container.group.ref.path;
