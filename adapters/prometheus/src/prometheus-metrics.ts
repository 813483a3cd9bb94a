import { setImmediate } from "node:timers/promises";
import type { Counters, HostAgent, Orchestration, PostedCounters } from "@sc/ports";
import { Counter, Gauge, Registry } from "prom-client";
import { decisionMetrics } from "./decision-metrics.ts";
import { hostMetrics } from "./host-metrics.ts";
import type { Metric, Scrape } from "./metric.ts";
import { monitorMetrics } from "./monitor-metrics.ts";
import { processMetrics } from "./process-metrics.ts";
import { structureMetrics } from "./structure-metrics.ts";

export const metrics: readonly Metric[] = [
  ...structureMetrics,
  ...hostMetrics,
  ...decisionMetrics,
  ...monitorMetrics,
  ...processMetrics,
];

export interface MetricsSources {
  readonly orchestration: Pick<Orchestration, "listStructures" | "hostHealth">;
  readonly counters: Counters;
  readonly agent: Pick<HostAgent, "hostObservation">;
  /** `undefined` = nobody may post. */
  readonly posted?: () => PostedCounters | undefined;
}

/**
 * Everything that is measured and counted, in Prometheus' text format. Nothing is kept between two
 * scrapes: each is made of what the services say at that time, so that what is gone is gone here too.
 */
export class PrometheusMetrics {
  readonly #sources: MetricsSources;
  readonly #registry = new Registry();
  readonly #fills: readonly Registered[];

  constructor(sources: MetricsSources) {
    this.#sources = sources;
    this.#fills = metrics.map((metric) => register(this.#registry, metric));
  }

  /** A metric at a time, with a turn of the loop after each: the loop also samples. */
  async text(): Promise<string> {
    const { orchestration, counters, agent, posted } = this.#sources;
    const scrape: Scrape = {
      structures: orchestration.listStructures(),
      health: orchestration.hostHealth(),
      host: agent.hostObservation(),
      counters: counters.counters(),
      posted: posted?.(),
    };
    const texts: string[] = [];
    for (const { name, fill } of this.#fills) {
      if (!fill(scrape)) continue;
      texts.push(await this.#registry.getSingleMetricAsString(name));
      await setImmediate();
    }
    return `${texts.join("\n")}\n`;
  }
}

interface Registered {
  readonly name: string;
  /** Whether anything is known; without labels the library has a zero where nothing is. */
  fill(scrape: Scrape): boolean;
}

function register(registry: Registry, { name, type, labels, help, read }: Metric): Registered {
  const options = { name, help, labelNames: [...labels], registers: [registry] };
  const metric = type === "counter" ? new Counter(options) : new Gauge(options);
  const fill = (scrape: Scrape): boolean => {
    metric.reset();
    let isKnown = false;
    for (const [of, value] of read(scrape)) {
      if (value === undefined || !Number.isFinite(value)) continue;
      // After a reset this sets, for a counter too, which has no other way.
      metric.inc({ ...of }, value);
      isKnown = true;
    }
    return isKnown;
  };
  return { name, fill };
}
