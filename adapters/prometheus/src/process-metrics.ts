import { type Metric, type Sample, single } from "./metric.ts";

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
  single(
    {
      name: "nodejs_heap_size_total_bytes",
      type: "gauge",
      help: "Memory the server's JavaScript has taken from the system, in use or not.",
    },
    () => process.memoryUsage().heapTotal,
  ),
  single(
    {
      name: "nodejs_external_memory_bytes",
      type: "gauge",
      help: "Memory outside the heap that the server's JavaScript holds.",
    },
    () => process.memoryUsage().external,
  ),
  {
    name: "nodejs_active_resources",
    type: "gauge",
    labels: ["type"],
    help: "What keeps the server running, by Node's own word for it: timers, sockets, processes.",
    read: activeResources,
  },
];

function activeResources(): readonly Sample[] {
  const counts = new Map<string, number>();
  for (const type of process.getActiveResourcesInfo()) {
    counts.set(type, (counts.get(type) ?? 0) + 1);
  }
  return [...counts].map(([type, count]) => [{ type }, count]);
}
