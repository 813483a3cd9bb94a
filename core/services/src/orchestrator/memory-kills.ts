import type { ContainerNotice, MonotonicSeconds, StructureName } from "@sc/domain";
import type { Bus, Clock, HealthProblem, Subscription } from "@sc/ports";

/** As long as a hold after a kill lasts by default: who looks once in a while must not miss it. */
const shownSeconds = 600;

interface Kills {
  readonly count: number;
  readonly at: MonotonicSeconds;
}

/**
 * The alarm of memory that grew faster than any margin: what the kernel killed in containers whose
 * memory is in auto. A container that is gone is shown no more; its name may be another's.
 */
export class MemoryKills {
  readonly #clock: Clock;
  readonly #kills = new Map<StructureName, Kills>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  listen(bus: Bus): Subscription {
    return bus.subscribe("containers", (notices) => {
      for (const notice of notices) this.#take(notice);
    });
  }

  #take(notice: ContainerNotice): void {
    if (notice.kind === "gone") this.#kills.delete(notice.name);
    if (notice.kind !== "killed") return;
    const count = (this.#kills.get(notice.name)?.count ?? 0) + 1;
    this.#kills.set(notice.name, { count, at: notice.at });
  }

  problems(): readonly HealthProblem[] {
    const now = this.#clock.monotonic();
    return [...this.#kills]
      .filter(([, { at }]) => now - at < shownSeconds)
      .map(([structure, { count, at }]) => ({
        code: "SC_MEMORY_KILL",
        text: textOf(count, Math.round(now - at)),
        nextStep: "raise its max, its min or its boundary of mem, or see memory.oomControl",
        structure,
      }));
  }
}

function textOf(count: number, seconds: number): string {
  const before = count === 1 ? "" : `, the number ${count} so far`;
  const why = "it was at its max, or grew faster than its margin holds";
  return `the kernel killed one of its processes for want of memory ${seconds} s ago${before}: ${why}`;
}
