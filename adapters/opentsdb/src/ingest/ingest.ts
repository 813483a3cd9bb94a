import { wallSeconds } from "@sc/domain";
import type { Clock, PostedCounters, PostedUsage } from "@sc/ports";
import type { Placement } from "../series/posted-series.ts";
import type { SeriesStore } from "../series/series-store.ts";
import { PointObjects } from "./point-objects.ts";
import {
  aheadSecondsMost,
  isRefused,
  type ReadPoint,
  type Refusal,
  readPoint,
  refusals,
} from "./read-point.ts";

export interface IngestDeps {
  readonly store: SeriesStore;
  readonly clock: Pick<Clock, "wall">;
  /** Who makes samples of them; absent = nobody does. */
  readonly usage?: PostedUsage | undefined;
}

/** Kept for who asks for `details`. */
const errorsToldMost = 100;

export interface PutError {
  readonly datapoint: unknown;
  readonly error: string;
}

export interface PutOutcome {
  readonly success: number;
  readonly failed: number;
  readonly errors: readonly PutError[];
  /** Why the body, or what followed, is no list of points. */
  readonly fault: string | undefined;
}

/** Takes what is posted, a piece of a body at a time. */
export class Ingest {
  readonly #deps: IngestDeps;
  #accepted = 0;
  readonly #refused = new Map<Refusal, number>(refusals.map((why) => [why, 0]));
  readonly #noted = { late: 0, again: 0 };

  constructor(deps: IngestDeps) {
    this.#deps = deps;
  }

  counters(): PostedCounters {
    return {
      accepted: this.#accepted,
      refused: [...this.#refused].map(([why, count]) => ({ why, count })),
      noted: Object.entries(this.#noted).map(([why, count]) => ({ why, count })),
      series: this.#deps.store.count,
    };
  }

  begin(): Put {
    const { clock, store, usage } = this.#deps;
    const now = clock.wall();
    store.sweep(now);
    return new Put({
      store,
      usage,
      range: { oldest: now - store.keepSeconds, newest: now + aheadSecondsMost },
      count: (placement) => {
        this.#accepted += 1;
        if (placement !== "newest") this.#noted[placement] += 1;
      },
      refuse: (why) => void this.#refused.set(why, (this.#refused.get(why) ?? 0) + 1),
    });
  }
}

interface PutDeps extends Pick<IngestDeps, "store" | "usage"> {
  readonly range: { readonly oldest: number; readonly newest: number };
  readonly count: (placement: Placement) => void;
  readonly refuse: (why: Refusal) => void;
}

/** One body. */
export class Put {
  readonly #deps: PutDeps;
  readonly #objects = new PointObjects();
  readonly #errors: PutError[] = [];
  /** Whose samples this body has a part of. */
  readonly #hosts = new Set<string>();
  #success = 0;
  #failed = 0;

  constructor(deps: PutDeps) {
    this.#deps = deps;
  }

  /** Whether more of the body is wanted. */
  feed(piece: Buffer): boolean {
    for (const value of this.#objects.feed(piece)) this.#take(value);
    return this.#objects.fault === undefined;
  }

  /** The body is at its end, or nothing more of it is read for this reason. */
  end(why?: string): PutOutcome {
    if (why === undefined) this.#objects.end();
    const fault = why ?? this.#objects.fault;
    if (fault !== undefined) this.#spoilAll();
    return { success: this.#success, failed: this.#failed, errors: this.#errors, fault };
  }

  #take(value: unknown): void {
    const point = readPoint(value, this.#deps.range);
    if (!isRefused(point)) {
      this.#keep(point, value);
      return;
    }
    this.#refuse(point.why, value);
    const { host, part, stamp } = point;
    if (host === undefined) {
      // Whose it is nobody knows: of all that came with it.
      if (point.why === "unreadable" || part !== undefined) this.#spoilAll();
    } else if (part !== undefined) this.#spoil(host, part, stamp);
  }

  #keep(point: ReadPoint, value: unknown): void {
    const { store, usage, count } = this.#deps;
    const { owner: host, part, rest: process } = point;
    const stamp = wallSeconds(point.stamp);
    const series = store.seriesOf(point);
    if (series === undefined) {
      this.#refuse("too-many-series", value);
      if (part !== undefined) this.#spoil(host, part, stamp);
      return;
    }
    count(series.put(stamp, point.value));
    this.#success += 1;
    if (part === undefined || usage === undefined) return;
    this.#hosts.add(host);
    usage.take({ host, part, process, stamp, value: point.value });
  }

  #refuse(why: Refusal, datapoint: unknown): void {
    this.#deps.refuse(why);
    this.#failed += 1;
    if (this.#errors.length < errorsToldMost) this.#errors.push({ datapoint, error: why });
  }

  #spoil(host: string, part: ReadPoint["part"], stamp: number | undefined): void {
    if (part === undefined || part === "sign") return;
    const at = stamp === undefined ? {} : { stamp: wallSeconds(stamp) };
    this.#deps.usage?.spoil({ host, part, ...at });
  }

  #spoilAll(): void {
    for (const host of this.#hosts) this.#deps.usage?.spoil({ host });
  }
}
