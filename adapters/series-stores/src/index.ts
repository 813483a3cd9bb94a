export { OpentsdbUsageReader } from "./opentsdb/opentsdb-usage-reader.ts";
export { OpentsdbWriter } from "./opentsdb/opentsdb-writer.ts";
export { PrometheusUsageReader } from "./prometheus/prometheus-usage-reader.ts";
export { VictoriaMetricsWriter } from "./victoria-metrics/victoria-metrics-writer.ts";
