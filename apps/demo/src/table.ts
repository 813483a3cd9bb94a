import type { ArmRow } from "./arm-row.ts";

const columns: readonly { readonly title: string; readonly cell: (row: ArmRow) => string }[] = [
  { title: "", cell: ({ arm }) => arm },
  { title: "run s", cell: ({ runSeconds }) => runSeconds.toFixed(1) },
  { title: "used core-s", cell: ({ used }) => used.toFixed(1) },
  { title: "allocated core-s", cell: ({ allocated }) => allocated.toFixed(1) },
  { title: "utilization", cell: ({ utilization }) => `${(utilization * 100).toFixed(0)} %` },
  { title: "throttled s", cell: ({ throttledSeconds }) => throttledSeconds.toFixed(1) },
  { title: "changes", cell: ({ changes }) => String(changes) },
];

/** Both arms side by side, one line each. */
export function formatTable(rows: readonly ArmRow[]): string {
  const cells = [
    columns.map(({ title }) => title),
    ...rows.map((row) => columns.map(({ cell }) => cell(row))),
  ];
  const widths = columns.map((_, index) =>
    Math.max(...cells.map((line) => line[index]?.length ?? 0)),
  );
  const aligned = cells.map((line) =>
    line.map((cell, index) => {
      const width = widths[index] ?? 0;
      return index === 0 ? cell.padEnd(width) : cell.padStart(width);
    }),
  );
  return aligned.map((line) => `  ${line.join("   ")}`.trimEnd()).join("\n");
}

/** What the table means, for someone who sees it for the first time. */
export function formatMeaning(rows: readonly ArmRow[]): string {
  const fixed = rows.find(({ arm }) => arm === "fixed");
  const scaled = rows.find(({ arm }) => arm === "scaled");
  if (fixed === undefined || scaled === undefined) return "";
  const freed = percentLess(fixed.allocated, scaled.allocated);
  const slowerPercent = (scaled.runSeconds / fixed.runSeconds - 1) * 100;
  const time = `${Math.abs(slowerPercent).toFixed(1)} % ${slowerPercent < 0 ? "less time" : "longer"}`;
  const factor = (scaled.utilization / fixed.utilization).toFixed(1);
  return (
    `For the same work the scaled containers held ${freed} less cpu than the fixed ones ` +
    `(${factor} times the utilization) and took ${time}.`
  );
}

const percentLess = (from: number, to: number): string => `${((1 - to / from) * 100).toFixed(0)} %`;
