import { type PointBudget, PostedSeries } from "./posted-series.ts";

/** 16 bytes each: 64 MiB. */
const pointsMost = 4 * 1_048_576;
/** All series together. */
const seriesMost = 50_000;
/** Of one metric of one host: a process is a series, and processes come and go. */
const seriesOfHostMost = 1024;
/** How often what is too old is looked for. */
const sweepSeconds = 30;

export interface SeriesBounds {
  readonly pointsMost: number;
  readonly seriesMost: number;
  readonly seriesOfHostMost: number;
}

/** One metric of one host (container, application …), a series for each set of its other tags. */
type SeriesOfHost = Map<string, PostedSeries>;

/** Whose series it is stands in one of these; a point has one of them. */
export const ownerTags = ["host", "structure", "user", "service"] as const;
export type OwnerTag = (typeof ownerTags)[number];

export interface SeriesName {
  readonly metric: string;
  readonly ownerTag: OwnerTag;
  readonly owner: string;
  /** The other tags as one text, which tells the series of one owner apart. */
  readonly rest: string;
  readonly tags: Readonly<Record<string, string>>;
}

/** Everything that was posted, for a while, in a bounded room. */
export class SeriesStore {
  readonly keepSeconds: number;
  readonly #bounds: SeriesBounds;
  readonly #budget: PointBudget;
  readonly #metrics = new Map<string, Map<string, SeriesOfHost>>();
  #count = 0;
  #sweptAt = Number.NEGATIVE_INFINITY;

  constructor(
    keepSeconds: number,
    bounds: SeriesBounds = { pointsMost, seriesMost, seriesOfHostMost },
  ) {
    this.keepSeconds = keepSeconds;
    this.#bounds = bounds;
    this.#budget = { left: bounds.pointsMost };
  }

  get count(): number {
    return this.#count;
  }

  /** The series of this name, made when there is room; `undefined` = there is none. */
  seriesOf(name: SeriesName): PostedSeries | undefined {
    const { metric, rest } = name;
    const owners = this.#metrics.get(metric);
    const owner = ownerKey(name);
    const known = owners?.get(owner)?.get(rest);
    if (known !== undefined) return known;
    const series = owners?.get(owner);
    const { seriesMost: most, seriesOfHostMost: mostOfHost } = this.#bounds;
    if ((series?.size ?? 0) >= mostOfHost || this.#count >= most) return undefined;
    if (!PostedSeries.hasRoom(this.#budget)) return undefined;
    return this.#add(name, owner);
  }

  #add({ metric, rest, tags }: SeriesName, owner: string): PostedSeries {
    const owners = this.#metrics.get(metric) ?? new Map<string, SeriesOfHost>();
    this.#metrics.set(metric, owners);
    const series = owners.get(owner) ?? new Map<string, PostedSeries>();
    owners.set(owner, series);
    const made = new PostedSeries(tags, this.#budget);
    series.set(rest, made);
    this.#count += 1;
    return made;
  }

  /** All series of a metric whose owner may be wanted. */
  *find(
    metric: string,
    mayBeWanted: (ownerTag: string, owner: string) => boolean,
  ): Iterable<PostedSeries> {
    for (const [key, series] of this.#metrics.get(metric) ?? []) {
      const equals = key.indexOf("=");
      if (mayBeWanted(key.slice(0, equals), key.slice(equals + 1))) yield* series.values();
    }
  }

  /** What is too old makes room, now and then. */
  sweep(now: number): void {
    if (now - this.#sweptAt < sweepSeconds) return;
    this.#sweptAt = now;
    const oldest = now - this.keepSeconds;
    for (const [metric, owners] of this.#metrics) {
      for (const [owner, series] of owners) {
        this.#forget(series, oldest);
        if (series.size === 0) owners.delete(owner);
      }
      if (owners.size === 0) this.#metrics.delete(metric);
    }
  }

  #forget(series: SeriesOfHost, oldest: number): void {
    for (const [rest, each] of series) {
      if (each.newest >= oldest) {
        each.forgetBefore(oldest);
        continue;
      }
      each.giveBack();
      series.delete(rest);
      this.#count -= 1;
    }
  }
}

const ownerKey = ({ ownerTag, owner }: SeriesName): string => `${ownerTag}=${owner}`;
