import {
  type Author,
  type CpuLimit,
  err,
  isRateResource,
  type LimitValue,
  ok,
  type RateResource,
  type Reason,
  type Resource,
  type Result,
  reason,
  resources,
} from "@sc/domain";
import type { CpuWriteOutcome, JournalEntry, RestoreEntry } from "@sc/ports";
import type { AgentDeps } from "./agent-deps.ts";
import type { TrackedContainer } from "./tracked-container.ts";

/**
 * Writes one limit so that it can always be put back: first into the restore list, then into the
 * journal, then into the kernel. Whoever lowers a limit needs both lines; whoever raises one is never
 * kept from it by a full disk, and only raises an alarm.
 */
export class LimitWriter {
  readonly #deps: Pick<AgentDeps, "clock" | "journal" | "lease" | "log">;
  readonly #alarms = new Set<Alarm>();

  constructor(deps: Pick<AgentDeps, "clock" | "journal" | "lease" | "log">) {
    this.#deps = deps;
  }

  /** Set while something cannot be written that every limit, or every shrink, needs. */
  get alarm(): string | undefined {
    const [first] = this.#alarms;
    return first === undefined ? undefined : alarmTexts[first];
  }

  writeCpu(
    container: TrackedContainer,
    write: {
      readonly limit: CpuLimit;
      readonly isShrink: boolean;
      readonly author: Author;
      readonly reason: Reason;
    },
  ): Result<CpuWriteOutcome, Reason> {
    const line = this.#line(container, {
      ...write,
      old: container.cpuLimit && { resource: "cpu", limit: container.cpuLimit },
      new: { resource: "cpu", limit: write.limit },
    });
    const ready = this.prepare(container, line, write.isShrink);
    if (!ready.ok) return ready;
    const outcome = container.group.writeCpuLimit(write.limit);
    this.#noteHeld(container, line, outcome);
    return ok(outcome);
  }

  /** What the kernel holds now, after its rounding or half a write, is what recovery must know as ours. */
  #noteHeld(container: TrackedContainer, line: JournalEntry, outcome: CpuWriteOutcome): void {
    if (outcome.kind === "gone") {
      this.close(line, false);
      return;
    }
    this.#note("kernel", failureOfAll(outcome));
    const { limit } = outcome;
    const writes = outcome.kind === "unchanged" ? 0 : outcome.writes;
    const held: JournalEntry =
      limit === undefined ? line : { ...line, new: { resource: "cpu", limit } };
    this.close(held, outcome.kind !== "refused" || writes > 0);
    if (limit === undefined) return;
    if (writes > 0) container.changed(limit, writes);
    else container.cpuLimit = limit;
  }

  /** Another hand's limit became the owner's wish: lines of before say nothing any more. */
  noteAdopted(container: TrackedContainer, found: LimitValue, why: Reason): void {
    const author: Author = { kind: "agent", name: "drift-repair" };
    const line = this.#line(container, { old: undefined, new: found, author, reason: why });
    this.close(line, true);
  }

  /** What must be written down before the kernel is touched. */
  prepare(
    container: TrackedContainer,
    line: JournalEntry,
    isShrink: boolean,
  ): Result<void, Reason> {
    const promised = this.#promise(container, line, isShrink);
    if (!promised.ok || !this.#hasLapsedMeanwhile(line)) return promised;
    this.close(line, false);
    return err(lapsedMeanwhile);
  }

  #promise(
    container: TrackedContainer,
    line: JournalEntry,
    isShrink: boolean,
  ): Result<void, Reason> {
    const leased = this.lease(container, line.resource);
    if (!leased.ok && isShrink) return leased;
    const written = this.#deps.journal.append(line);
    this.#note("journal", written.ok ? undefined : written.error.text);
    if (written.ok || !isShrink) return ok(undefined);
    return err(
      reason("no-journal", `nothing is shrunk while the journal fails: ${written.error.text}`),
    );
  }

  /**
   * A disk that hangs may have kept us so long that the watcher puts limits back: what was meant to grow
   * would now shrink what it put back. Putting back ourselves is never too late.
   */
  #hasLapsedMeanwhile({ author }: JournalEntry): boolean {
    const isRelease = author.kind === "agent" && author.name === "release";
    return !isRelease && this.#deps.lease.state() === "lapsed";
  }

  /** A write that took its time has ended; of a container that went meanwhile no line is kept. */
  conclude(container: TrackedContainer, line: JournalEntry, isApplied: boolean): void {
    if (container.isClosed && !container.group.exists()) return;
    this.close(line, isApplied);
  }

  close(line: JournalEntry, isApplied: boolean): void {
    const written = this.#deps.journal.append({ ...line, step: isApplied ? "applied" : "refused" });
    this.#note("journal", written.ok ? undefined : written.error.text);
  }

  /**
   * Switches on or off that tasks wait at the memory limit. Like a shrink it needs both lines to be
   * switched on; switching it off is never kept from happening.
   */
  writeMemoryWait(
    container: TrackedContainer,
    write: { readonly isOn: boolean; readonly author: Author; readonly reason: Reason },
  ): Result<void, Reason> {
    const { memMibLimit: memMib = null } = container;
    const before = container.memoryWait;
    container.memoryWait = write.isOn ? "ours" : "off";
    const line = this.memLine(container, { ...write, memMib });
    const ready = this.#prepareWait(container, line, write.isOn);
    const written = ready.ok ? this.#switchWait(container, line, write.isOn) : ready;
    if (!written.ok) container.memoryWait = before;
    if (!written.ok || write.isOn) return written;
    if (container.stateOf("mem") === "first") this.endLease(container, ["mem"]);
    else this.leaseAnew(container, "mem");
    return written;
  }

  /** The list has to say that it is on before it is. */
  #prepareWait(
    container: TrackedContainer,
    line: JournalEntry,
    isOn: boolean,
  ): Result<void, Reason> {
    if (!isOn) return this.#promise(container, line, false);
    const leased = this.leaseAnew(container, "mem");
    return leased.ok ? this.prepare(container, line, true) : leased;
  }

  #switchWait(
    container: TrackedContainer,
    line: JournalEntry,
    isOn: boolean,
  ): Result<void, Reason> {
    const written = container.group.memoryWait?.write(isOn) ?? ok(undefined);
    this.close(line, written.ok);
    return written.ok ? written : err(reason("kernel-refused", written.error.text));
  }

  /** Writes down what to put back, where the watcher finds it; once is enough. */
  lease(container: TrackedContainer, resource: Resource): Result<void, Reason> {
    if (container.leasedFolders[resource] !== undefined) return ok(undefined);
    const limit = firstEntryOf(container, resource);
    const entry = resource === "mem" ? withWait(container, limit) : limit;
    if (entry === undefined) {
      return err(reason("no-lease", "the first limit is not known, so it could not be put back"));
    }
    const held = this.#deps.lease.hold(entry);
    this.#note("lease", held.ok ? undefined : held.error.text);
    if (!held.ok) {
      return err(reason("no-lease", `nothing is shrunk without a lease: ${held.error.text}`));
    }
    container.leasedFolders[resource] = entry.folder;
    return ok(undefined);
  }

  /** The first limit may be another now, and so is what is to be put back. */
  leaseAnew(container: TrackedContainer, resource: Resource): Result<void, Reason> {
    const before = container.leasedFolders[resource];
    container.leasedFolders[resource] = undefined;
    // Where it fails, the alarm says so and the older line stays.
    const leased = this.lease(container, resource);
    container.leasedFolders[resource] ??= before;
    return leased;
  }

  /** Nothing of ours is on the container any more. */
  endLease(container: TrackedContainer, ended: readonly Resource[] = resources): void {
    this.endLeases([container], ended);
  }

  /** Of many at once: the list is written anew only once. */
  endLeases(containers: readonly TrackedContainer[], ended: readonly Resource[] = resources): void {
    const dropped: Pick<RestoreEntry, "folder" | "resource">[] = [];
    for (const container of containers) {
      const { leasedFolders } = container;
      for (const resource of ended) {
        const folder = leasedFolders[resource];
        if (resource === "mem" && container.memoryWait === "ours") {
          // The limit is its owner's; what waits at it is still ours to end.
          this.leaseAnew(container, resource);
          continue;
        }
        if (folder !== undefined) dropped.push({ folder, resource });
        leasedFolders[resource] = undefined;
      }
    }
    if (dropped.length > 0) this.#deps.lease.drop(dropped);
  }

  rateLine(
    container: TrackedContainer,
    write: {
      readonly resource: RateResource;
      readonly amount: number | null;
      readonly author: Author;
      readonly reason: Reason;
    },
  ): JournalEntry {
    const { resource, amount, author, reason: why } = write;
    const old = container.rates.limits[resource];
    return this.#line(container, {
      ...{ author, reason: why },
      old: old === undefined ? undefined : { resource, amount: old },
      new: { resource, amount },
    });
  }

  /** About its cores: the limit stays what it is. */
  cpuLine(
    container: TrackedContainer,
    write: { readonly author: Author; readonly reason: Reason },
  ): JournalEntry | undefined {
    const { cpuLimit: limit } = container;
    if (limit === undefined) return undefined;
    const value = { resource: "cpu", limit } as const;
    return this.#line(container, { ...write, old: value, new: value });
  }

  memLine(
    container: TrackedContainer,
    write: { readonly memMib: number | null; readonly author: Author; readonly reason: Reason },
  ): JournalEntry {
    const { memMibLimit } = container;
    return this.#line(container, {
      ...write,
      old: memMibLimit === undefined ? undefined : { resource: "mem", memMib: memMibLimit },
      new: { resource: "mem", memMib: write.memMib },
    });
  }

  #line(
    container: TrackedContainer,
    write: {
      readonly old: LimitValue | undefined;
      readonly new: LimitValue;
      readonly author: Author;
      readonly reason: Reason;
    },
  ): JournalEntry {
    return {
      step: "intended",
      structure: container.name,
      id: container.id,
      group: container.group.ref,
      resource: write.new.resource,
      first: container.facts.first,
      old: write.old,
      new: isWaitedAt(container, write.new) ? { ...write.new, isWaitedAt: true } : write.new,
      author: write.author,
      reason: write.reason,
      stamp: this.#deps.clock.wall(),
      ...(write.new.resource === "cpu" && container.cores.note && { cores: container.cores.note }),
    };
  }

  /** Said once when it begins and once when it ends, not at each of a hundred writes. */
  #note(alarm: Alarm, failure: string | undefined): void {
    const { log } = this.#deps;
    if (failure === undefined) {
      if (this.#alarms.delete(alarm)) log.info(`over: ${alarmTexts[alarm]}`);
      return;
    }
    if (!this.#alarms.has(alarm)) log.error(alarmTexts[alarm], { failure });
    this.#alarms.add(alarm);
  }
}

/** What puts the first limit back. */
function firstEntryOf(
  { facts: { first }, group, rates }: TrackedContainer,
  resource: Resource,
): RestoreEntry | undefined {
  if (isRateResource(resource)) {
    const amount = first.rates?.[resource];
    return amount === undefined
      ? undefined
      : rates.control?.restoreEntries({ [resource]: amount })[0];
  }
  return group.restoreEntries({
    cpu: resource === "cpu" ? first.cpu : undefined,
    memMib: resource === "mem" ? first.memMib : undefined,
  })[0];
}

/** What puts the limit back, and then ends what waits at it. */
function withWait(
  { group, memoryWait }: TrackedContainer,
  entry: RestoreEntry | undefined,
): RestoreEntry | undefined {
  if (entry === undefined || memoryWait !== "ours" || group.memoryWait === undefined) return entry;
  return { ...entry, steps: [...entry.steps, group.memoryWait.restoreStep] };
}

const isWaitedAt = (
  { memoryWait }: TrackedContainer,
  value: LimitValue,
): value is LimitValue & { resource: "mem" } => value.resource === "mem" && memoryWait === "ours";

const lapsedMeanwhile = reason(
  "lease-lapsed",
  "writing it down took longer than the lease: limits may have been put back",
);

const alarmTexts = {
  journal: "the journal cannot be written: limits are raised, none is lowered",
  lease: "the restore list cannot be written: limits are raised, none is lowered",
  kernel: "the kernel's limits are read-only for the server: nothing is scaled",
} as const;
type Alarm = keyof typeof alarmTexts;

/** A refusal that no other container or limit would be spared; `undefined` = it was about this one. */
function failureOfAll(outcome: CpuWriteOutcome): string | undefined {
  if (outcome.kind !== "refused") return undefined;
  const { code, text } = outcome.refusal;
  return code === "read-only" || code === "not-permitted" ? text : undefined;
}
