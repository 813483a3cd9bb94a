import type { Configuration } from "@sc/contracts";
import { type Resource, resources } from "@sc/domain";
import type { UsageReader } from "@sc/ports";
import { OpentsdbUsageReader, PrometheusUsageReader } from "@sc/series-stores";

/** What the published framework sums up, where nothing else is configured. */
const publishedMetrics: Readonly<Record<Resource, readonly string[]>> = {
  cpu: ["proc.cpu.user", "proc.cpu.kernel"],
  mem: ["proc.mem.resident"],
  disk_read: ["proc.disk.reads.mb"],
  disk_write: ["proc.disk.writes.mb"],
  net: ["proc.net.tcp.in.mb", "proc.net.tcp.out.mb"],
};

/** Who is asked what containers use; `undefined` = nobody. */
export function usageReaderOf({ usage }: Configuration): UsageReader | undefined {
  const { kind, url, queries, label, credentialsFile, timeoutSeconds } = usage.pull;
  if (usage.source !== "pulled" || url === null) return undefined;
  const place = { url, credentialsFile, timeoutSeconds };
  const named = resources.flatMap((resource) => {
    const query = queries[resource];
    return query === null ? [] : [[resource, query] as const];
  });
  if (kind !== "opentsdb") {
    return new PrometheusUsageReader(place, { queries: new Map(named), label });
  }
  const metrics =
    named.length === 0
      ? resources.map((resource) => [resource, publishedMetrics[resource]] as const)
      : named.map(
          ([resource, query]) => [resource, query.split("+").map((part) => part.trim())] as const,
        );
  return new OpentsdbUsageReader(place, { metrics: new Map(metrics), tag: label });
}
