export { type MetricsSources, PrometheusMetrics } from "./prometheus-metrics.ts";
