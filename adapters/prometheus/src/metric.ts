import { type HostObservation, type Resource, sharesPerCore } from "@sc/domain";
import type { ContainerView, CountersView, HealthView, PostedCounters } from "@sc/ports";

/** Everything one scrape is made of, taken at one time. */
export interface Scrape {
  readonly structures: readonly ContainerView[];
  readonly health: HealthView;
  readonly host: HostObservation;
  readonly counters: CountersView;
  readonly posted: PostedCounters | undefined;
}

/** What is not known has no sample. */
export type Sample = readonly [labels: Labels, value: number | undefined];
export type Labels = Readonly<Record<string, string>>;

/** One metric: what people read about it, and how it is made of a scrape. */
export interface Metric {
  readonly name: string;
  /** `counter`: only grows, but for what begins anew. */
  readonly type: "counter" | "gauge";
  /** Bounded by what runs and by words of ours, never by what somebody sends. */
  readonly labels: readonly string[];
  readonly help: string;
  readonly read: (scrape: Scrape) => Iterable<Sample>;
}

export const bytesPerMib = 1024 * 1024;

/** What a unit of a resource is in Prometheus' base units, and how names speak of it. */
export const baseUnits = {
  cpu: { word: "cpu", unit: "cores", factor: 1 / sharesPerCore },
  mem: { word: "memory", unit: "bytes", factor: bytesPerMib },
  disk_read: { word: "disk_read", unit: "bytes_per_second", factor: bytesPerMib },
  disk_write: { word: "disk_write", unit: "bytes_per_second", factor: bytesPerMib },
  net: { word: "network", unit: "bytes_per_second", factor: 1_000_000 / 8 },
} as const satisfies Record<Resource, unknown>;

export const oneIf = (isSo: boolean): number => (isSo ? 1 : 0);

/** A metric with one value. */
export const single = (
  told: Pick<Metric, "name" | "type" | "help">,
  value: (scrape: Scrape) => number | undefined,
): Metric => ({ ...told, labels: [], read: (scrape) => [[{}, value(scrape)]] });
