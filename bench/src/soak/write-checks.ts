import type { ChangeChecks } from "./change-checks.ts";
import type { Findings } from "./findings.ts";
import type { LimitWrite } from "./limit-watch.ts";
import { bytesPerMib, type SoakContainer } from "./soak-container.ts";

/** When the stream has told of every change that a write may belong to. */
const settledMs = 5000;
/** Between a change's stamp and what we hear of its write. */
const apartMs = 3000;
/**
 * What must be free above the memory in use right after a shrink: the product keeps 16 MiB, of which
 * the load here may take 4 MiB a second until we have looked.
 */
const leastFreeMib = 4;

/** What must be known of a container to judge a write of its limits. */
export type WrittenContainer = Pick<
  SoakContainer,
  "name" | "scaled" | "treatment" | "madeAt" | "mayBeWritten" | "read"
>;
type Write = LimitWrite<WrittenContainer>;

/** Judges every write the kernel tells of by what the server says it did, and may do. */
export class WriteChecks {
  readonly #changes: Pick<ChangeChecks, "toldBetween">;
  readonly #findings: Findings;
  #pending: Write[] = [];

  constructor(changes: Pick<ChangeChecks, "toldBetween">, findings: Findings) {
    this.#changes = changes;
    this.#findings = findings;
  }

  take(write: Write): void {
    const { container, resource, at } = write;
    if (!container.mayBeWritten(resource, at)) {
      const how = container.scaled.includes(resource) ? container.treatment : "only observed";
      this.#report("written-though-untouchable", write, `${resource} is ${how}`);
    }
    if (resource === "mem") this.#checkInUse(write);
    this.#pending.push(write);
  }

  #checkInUse(write: Write): void {
    const limit = Number(write.value);
    if (write.before === undefined || limit >= Number(write.before)) return;
    const inUse = bytesInUse(write);
    if (inUse === undefined || limit >= inUse + leastFreeMib * bytesPerMib) return;
    this.#report("below-memory-in-use", write, `${(inUse / bytesPerMib).toFixed(1)} MiB in use`);
  }

  /** Another server is there: what the one before wrote last, nobody can tell. */
  beginAnew(): void {
    this.#pending = [];
  }

  /** To be called now and then: a write is judged once its change must have been told. */
  settle(now: number): void {
    const due = this.#pending.filter(({ at }) => at <= now - settledMs);
    this.#pending = this.#pending.filter(({ at }) => at > now - settledMs);
    for (const write of due) this.#judge(write);
  }

  #judge(write: Write): void {
    const { container, resource, before, value, at } = write;
    // Its changes may be of the container before it under this name.
    if (at < container.madeAt + apartMs) return;
    const from = at - apartMs;
    const told = this.#changes.toldBetween(container.name, resource, from, at + apartMs);
    if (told === 0) this.#report("written-and-not-told", write, "no change was told");
    // There and back before we looked: that takes two changes, or a change of the period.
    else if (before === value && told < 2 && write.isBesidePeriod !== true) {
      this.#report("written-without-change", write, "the same value was there before");
    }
  }

  #report(invariant: string, write: Write, why: string): void {
    const { container, file, before, value } = write;
    this.#findings.add(invariant, `${container.name} ${file} ${before} → ${value}: ${why}`);
  }
}

function bytesInUse({ container }: Write): number | undefined {
  try {
    const stat = container.read("memory.stat");
    const sum = (key: string): number =>
      Number(new RegExp(`^${key} (\\d+)$`, "m").exec(stat)?.[1] ?? 0);
    return sum("total_rss") + sum("total_shmem") + sum("total_unevictable");
  } catch {
    return undefined;
  }
}
