import type { ApiFaces } from "@sc/http-api";
import type { Experiments, Imports, PostedCounters } from "@sc/ports";
import type { MetricsSources } from "@sc/prometheus";
import type { Services } from "./services.ts";

/** What the API answers for, of the services that run. */
export const apiFacesOf = (
  { agent, catalogue, desk, orchestrator, replays }: Services,
  { experiments, imports }: { readonly experiments: Experiments; readonly imports: Imports },
  posted?: () => PostedCounters | undefined,
): ApiFaces => ({
  orchestration: orchestrator,
  documents: desk,
  catalogue,
  histories: orchestrator.usageHistories,
  replays,
  imports,
  experiments,
  stream: orchestrator.stream,
  metrics: metricsOf({
    orchestration: orchestrator,
    counters: orchestrator.counters,
    agent,
    ...(posted !== undefined && { posted }),
  }),
});

/** Loaded when the first scrape comes: most hosts are never asked. */
function metricsOf(sources: MetricsSources): () => Promise<string> {
  const made = async () => {
    const { PrometheusMetrics } = await import("@sc/prometheus");
    return new PrometheusMetrics(sources);
  };
  let metrics: ReturnType<typeof made> | undefined;
  return async () => {
    metrics ??= made();
    return (await metrics).text();
  };
}
