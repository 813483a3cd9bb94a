import {
  amountOf,
  type ContainerLimits,
  type CpuLimit,
  isRateResource,
  isSameMemLimit,
  ownersLimit,
  type RateResource,
  type Resource,
} from "@sc/domain";
import type { JournalEntry, RestoreEntry } from "@sc/ports";
import type { AgentDeps } from "./agent-deps.ts";
import type { TrackedContainer } from "./tracked-container.ts";

/**
 * Decides, for each container an earlier agent of this boot had in hand, which limit is the owner's and
 * which is ours. The restore list knows the first limit; the journal knows it too, and what was written
 * last, or was about to be when the process died. What the kernel holds and neither wrote is another
 * hand's, and the owner's wish.
 */
export class Recovery {
  readonly #entries: readonly RestoreEntry[];
  readonly #journal: readonly JournalEntry[];

  constructor(deps: Pick<AgentDeps, "journal" | "lease">) {
    this.#entries = deps.lease.recover();
    this.#journal = deps.journal.recover();
  }

  /** Gives the container back the first limit it had before we came, and the lease it is under. */
  apply(container: TrackedContainer, resource: Resource): void {
    const lines = this.#journal.filter(
      (line) => isAbout(line, container) && line.resource === resource,
    );
    const listed = {
      ...container.group.limitsOfEntries(this.#entries),
      rates: container.rates.control?.limitsOfEntries(this.#entries) ?? {},
    };
    if (resource === "mem" && this.#wasWaitedAt(container, lines)) container.memoryWait = "ours";
    const noted = lines.at(-1)?.first;
    if (resource === "cpu") recoverCpu(container, { listed, noted, lines });
    else if (isRateResource(resource)) recoverRate(container, resource, { listed, noted, lines });
    else recoverMem(container, { listed, noted, lines });
    if (resource === "cpu") recoverCores(container, this.#entries, lines.at(-1));
    const folder = folderOf(container, resource, listed);
    container.leasedFolders[resource] ??= folder;
    container.isTakenUp ||= lines.length > 0 || folder !== undefined;
  }

  /** List or journal says that an earlier agent let tasks wait at the limit, and they still would. */
  #wasWaitedAt({ group }: TrackedContainer, lines: readonly JournalEntry[]): boolean {
    const { memoryWait } = group;
    if (memoryWait === undefined) return false;
    const { file } = memoryWait.restoreStep;
    const isListed = this.#entries.some(({ steps }) => steps.some((step) => step.file === file));
    const isNoted = lines.some((line) => line.new.resource === "mem" && line.new.isWaitedAt);
    return (isListed || isNoted) && memoryWait.read()?.isOn === true;
  }
}

interface Known {
  readonly listed: ContainerLimits;
  readonly noted: ContainerLimits | undefined;
  readonly lines: readonly JournalEntry[];
}

function recoverCpu(container: TrackedContainer, { listed, noted, lines }: Known): void {
  const first = listed.cpu ?? noted?.cpu;
  const found = container.cpuLimit;
  if (first === undefined || found === undefined) return;
  const ours = lines.flatMap(limitsOf);
  // A list without a journal: all we can say is that it was in hand.
  if (ours.length === 0) ours.push(found);
  container.adoptFirstCpuLimit(ownersLimit({ first, ours, found }));
}

/** Its cores are read on a pinned host alone, and where an earlier agent of ours has put it on some. */
function recoverCores(
  { cores }: TrackedContainer,
  entries: readonly RestoreEntry[],
  last: JournalEntry | undefined,
): void {
  const listed = cores.control?.coresOfEntries(entries);
  // The list cannot say that it had none of its own.
  const first = last?.cores?.first ?? listed;
  if (first === undefined) return;
  cores.first = first;
  cores.held = last?.cores?.held ?? [];
  cores.applied = cores.control?.read() ?? [];
}

/** The limits between which an earlier agent may have died. */
function limitsOf({ step, old, new: written }: JournalEntry): readonly CpuLimit[] {
  if (written.resource !== "cpu") return [];
  if (step === "applied" || old?.resource !== "cpu") return [written.limit];
  const limits = [old.limit, written.limit];
  // There is no quota in force while the period is changed.
  if (old.limit.periodMs !== written.limit.periodMs)
    limits.push({ ...written.limit, quotaShares: null });
  return limits;
}

function recoverMem(container: TrackedContainer, { listed, noted, lines }: Known): void {
  const first = listed.memMib !== undefined ? listed.memMib : noted?.memMib;
  const found = container.memMibLimit;
  if (first === undefined || found === undefined) return;
  const ours = lines.flatMap(memLimitsOf);
  // A list without a journal: all we can say is that it was in hand.
  const isOurs = ours.length === 0 || ours.some((memMib) => isSameMemLimit(memMib, found));
  if (isOurs) container.adoptFirstMemLimit(first);
  const last = lines.at(-1);
  // Whether the kernel took it or is at it still, nobody can say.
  if (last?.step === "intended" && last.new.resource === "mem")
    container.memMibLeftOpen = last.new.memMib;
}

function recoverRate(
  container: TrackedContainer,
  resource: RateResource,
  { listed, noted, lines }: Known,
): void {
  const onList = listed.rates?.[resource];
  const first = onList === undefined ? noted?.rates?.[resource] : onList;
  const found = container.rates.limits[resource];
  if (first === undefined || found === undefined) return;
  const ours = lines.flatMap(({ step, old, new: written }) => {
    const now = amountOf(written);
    return step === "applied" || old === undefined ? [now] : [amountOf(old), now];
  });
  const isOurs = ours.length === 0 || ours.some((amount) => isSameMemLimit(amount, found));
  if (isOurs) container.adoptFirstRate(resource, first);
}

function memLimitsOf({ step, old, new: written }: JournalEntry): readonly (number | null)[] {
  if (written.resource !== "mem") return [];
  return step === "applied" || old?.resource !== "mem"
    ? [written.memMib]
    : [old.memMib, written.memMib];
}

/** Where the list an earlier agent left has this container's limit. */
function folderOf(
  container: TrackedContainer,
  resource: Resource,
  listed: ContainerLimits,
): string | undefined {
  if (isRateResource(resource)) {
    const amount = listed.rates?.[resource];
    if (amount === undefined) return undefined;
    return container.rates.control?.restoreEntries({ [resource]: amount })[0]?.folder;
  }
  const only: ContainerLimits =
    resource === "cpu"
      ? { cpu: listed.cpu, memMib: undefined }
      : { cpu: undefined, memMib: listed.memMib };
  return container.group.restoreEntries(only)[0]?.folder;
}

const isAbout = (line: JournalEntry, container: TrackedContainer): boolean =>
  line.step !== "refused" &&
  line.id === container.id &&
  line.group.path === container.group.ref.path;
