import type { ComputeResource, UsageHistory } from "@sc/contracts";

type Cell = string | number | null | undefined;

const names = { cpu: "cpuShares", mem: "memMib" } as const;

/**
 * A line per step for a spreadsheet, as RFC 4180 says: a header, CRLF, and nothing where a value is
 * not known. Times are in UTC, numbers unrounded.
 */
export function usageSheet(history: UsageHistory, resources: readonly ComputeResource[]): string {
  const columns = resources.flatMap((resource) => {
    const { used, usedMax, limit, allocated, reserved } = history[resource];
    const name = names[resource];
    return [
      [`${name}Used`, used],
      [`${name}UsedMax`, usedMax],
      [`${name}Limit`, limit],
      [`${name}Allocated`, allocated],
      [`${name}Reserved`, reserved],
      ...(resource === "cpu" ? [["throttledRatio", history.throttledRatio] as const] : []),
    ] as const;
  });
  const header = ["structure", "stamp", "time", ...columns.map(([name]) => name)];
  const rows = history.stamps.map((stamp, row) => [
    history.structure,
    stamp,
    new Date(stamp * 1000).toISOString(),
    ...columns.map(([, values]) => values[row]),
  ]);
  return [header, ...rows].map((cells) => `${cells.map(quoted).join(",")}\r\n`).join("");
}

function quoted(cell: Cell): string {
  const text = cell === null || cell === undefined ? "" : String(cell);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
