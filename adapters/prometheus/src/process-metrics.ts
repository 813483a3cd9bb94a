import { type Metric, single } from "./metric.ts";

/**
 * The server itself, under the names that are usual for it. prom-client's own collector was refused:
 * it reads every descriptor at each scrape, of which an agent keeps thousands open, and has gauges
 * that end in `_total`, which Prometheus' own check refuses.
 */
export const processMetrics: readonly Metric[] = [
  {
    name: "sc_build_info",
    type: "gauge",
    labels: ["api", "node"],
    help: "Always 1: the version of the API and of Node.",
    read: () => [[{ api: "v1", node: process.version }, 1]],
  },
  single(
    {
      name: "process_cpu_seconds_total",
      type: "counter",
      help: "Processor time of the server, in user and kernel mode.",
    },
    () => {
      const { user, system } = process.cpuUsage();
      return (user + system) / 1e6;
    },
  ),
  single(
    {
      name: "process_resident_memory_bytes",
      type: "gauge",
      help: "Memory of the server that is in RAM.",
    },
    () => process.memoryUsage.rss(),
  ),
  single(
    {
      name: "process_start_time_seconds",
      type: "gauge",
      help: "When the server was started, Unix seconds.",
    },
    () => performance.timeOrigin / 1000,
  ),
  single(
    {
      name: "nodejs_heap_size_used_bytes",
      type: "gauge",
      help: "Memory of the server's JavaScript that is in use.",
    },
    () => process.memoryUsage().heapUsed,
  ),
];
