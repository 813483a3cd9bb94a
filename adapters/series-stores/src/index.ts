export type { StorePlace } from "./ask-store.ts";
export { OpentsdbWriter } from "./opentsdb/opentsdb-writer.ts";
export { VictoriaMetricsWriter } from "./victoria-metrics/victoria-metrics-writer.ts";
