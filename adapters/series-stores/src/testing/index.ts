export { StoreProcess, whyNoProgram } from "./store-process.ts";
export { VictoriaMetrics } from "./victoria-metrics.ts";
