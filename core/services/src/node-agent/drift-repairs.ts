import type { Clock } from "@sc/ports";
import type { TrackedContainer } from "./tracked-container.ts";

/** Repairs within a minute after which we no longer fight whoever writes the limit. */
const repairsPerMinute = 3;
const secondsPerMinute = 60;

/** Counts how often a container's limits were written back. */
export class DriftRepairs {
  readonly #clock: Clock;
  readonly #repairs = new Map<TrackedContainer["id"], readonly number[]>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Counts as one. */
  mayRepair(container: TrackedContainer): boolean {
    const now = this.#clock.monotonic();
    const recent = (this.#repairs.get(container.id) ?? []).filter(
      (at) => at > now - secondsPerMinute,
    );
    this.#repairs.set(container.id, [...recent, now]);
    return recent.length < repairsPerMinute;
  }

  forget(container: TrackedContainer): void {
    this.#repairs.delete(container.id);
  }
}
