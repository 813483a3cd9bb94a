import type { ComputeResource, UsageHistory } from "@sc/contracts";
import { duration, limit, number, numberIfKnown, percent, utilization } from "./describe-values.ts";
import { type Column, table } from "./table.ts";

export interface UsageTableOptions {
  readonly resources: readonly ComputeResource[];
  readonly utcOffsetSeconds: (stamp: number) => number;
}

/** A row per step and, at the end, a line of sums per resource. */
export function usageTable(history: UsageHistory, options: UsageTableOptions): string {
  const rows = [...history.stamps.keys()];
  if (rows.length === 0) return "nothing is known of this time";
  const columns: readonly Column<number>[] = [
    { title: "TIME", text: (row) => clock(history.stamps[row] ?? 0, options) },
    ...options.resources.flatMap((resource) => columnsOf(history, resource)),
  ];
  const sums = options.resources.map((resource) => sumsLine(history, resource));
  return [table(rows, columns), "", ...sums].join("\n");
}

const titles = { cpu: "CPU", mem: "MEM MIB" } as const;
const units = { cpu: "core-seconds", mem: "MiB-seconds" } as const;

function columnsOf(history: UsageHistory, resource: ComputeResource): readonly Column<number>[] {
  const { used, usedMax, limit: limits, allocated } = history[resource];
  const known = (column: readonly (number | null)[], row: number): string =>
    numberIfKnown(column[row] ?? undefined);
  const columns = [
    { title: titles[resource], text: (row: number) => known(used, row) },
    { title: "MOST", text: (row: number) => known(usedMax, row) },
    { title: "LIMIT", text: (row: number) => limit(limits[row] ?? undefined) },
    { title: "ALLOCATED", text: (row: number) => known(allocated, row) },
    {
      title: "UTIL.",
      text: (row: number) => percent(ratioOf(used[row], allocated[row])),
    },
    ...(resource === "mem"
      ? []
      : [
          {
            title: "THROTTLED",
            text: (row: number) => percent(history.throttledRatio[row] ?? undefined),
          },
        ]),
  ];
  return columns.map((column) => ({ ...column, isNumber: true }));
}

const ratioOf = (
  used: number | null | undefined,
  allocated: number | null | undefined,
): number | undefined =>
  typeof used === "number" && typeof allocated === "number"
    ? utilization(used, allocated)
    : undefined;

/** `cpu: used 60 of 240 core-seconds allocated, utilization 25 %, …`. */
function sumsLine({ sums }: UsageHistory, resource: ComputeResource): string {
  const { used, allocated, reserved } = sums[resource];
  const unit = units[resource];
  const throttled = sums.throttledSeconds;
  return [
    `${resource} in ${duration(sums.seconds)}: used ${sum(used)} of ${sum(allocated)} ${unit} allocated`,
    `utilization ${percent(ratioOf(used, allocated))}`,
    `reserved ${sum(reserved)}`,
    ...(resource === "cpu" && throttled !== null ? [`throttled ${number(throttled)} s`] : []),
  ].join(", ");
}

const sum = (value: number | null): string => numberIfKnown(value ?? undefined);

/** On the wall, to the second; the day too, because a range may be of weeks. */
function clock(stamp: number, { utcOffsetSeconds }: UsageTableOptions): string {
  const wall = Math.floor(stamp) + utcOffsetSeconds(stamp);
  return new Date(wall * 1000).toISOString().slice(0, 19).replace("T", " ");
}
