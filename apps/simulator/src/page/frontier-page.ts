import { frontierPlot, inOrderOfMarks, markOf } from "./frontier-plot.ts";
import type { FrontierRow } from "./frontier-row.ts";
import { element, escaped, markupTable } from "./markup.ts";
import { facts, page } from "./page.ts";

export interface FrontierPage {
  readonly rows: readonly FrontierRow[];
  readonly skipped: readonly { readonly file: string; readonly reason: string }[];
  /** What was run, for the head of the page. */
  readonly about: readonly (readonly [name: string, value: string])[];
}

/** All policies on all traces: a plot for each trace, and every figure in tables. */
export function frontierPage({ rows, skipped, about }: FrontierPage): string {
  const policies = inOrderOfMarks(rows.map(({ policy }) => policy));
  const groups = Map.groupBy(rows, ({ trace, resource, period }) =>
    JSON.stringify([resource, period, trace]),
  );
  const all = [...groups.values()];
  const plots = all.flatMap((group) => {
    const plot = frontierPlot(group, policies);
    return plot === undefined ? [] : [figure(group, plot)];
  });
  return page("Frontier: utilization against backlog", [
    facts(about),
    "<p>Better is further up (more of what is allocated is used) and further left (less work waits). One mark for each policy; a row of the tables for each mark.</p>",
    legend(policies),
    `<div class="plots">${plots.join("\n")}</div>`,
    "<h2>All figures</h2>",
    ...all.map((group) => markupTable(tableOf(group))),
    ...(skipped.length === 0 ? [] : ["<h2>Not used</h2>", markupTable(skippedTable(skipped))]),
  ]);
}

function figure(group: readonly FrontierRow[], plot: string): string {
  return element("figure", {}, `<figcaption>${escaped(titleOf(group))}</figcaption>\n${plot}`);
}

const titleOf = (group: readonly FrontierRow[]): string => {
  const [first] = group;
  if (first === undefined) return "";
  const period = first.period === "own" ? "own period" : first.period;
  return `${first.trace} · ${first.resource} · ${period}`;
};

function legend(policies: readonly string[]): string {
  const entries = policies.map((policy) => {
    const mark = markOf(policies, policy, { x: 11, y: 7 });
    return `<li><svg viewBox="0 0 22 14" aria-hidden="true">${mark}</svg>${escaped(policy)}</li>`;
  });
  return `<ul class="legend">${entries.join("")}</ul>`;
}

const columns: readonly (readonly [title: string, key: keyof FrontierRow])[] = [
  ["policy", "policy"],
  ["utilization", "utilization"],
  ["throttled ratio", "throttledRatio"],
  ["p99 backlog, ms", "p99BacklogMs"],
  ["p99.9 backlog, ms", "p999BacklogMs"],
  ["changes a minute", "changesPerMinute"],
  ["neighbour p99, ms", "neighbourP99Ms"],
  ["kills", "kills"],
];

function tableOf(group: readonly FrontierRow[]) {
  const shown = columns.filter(([, key]) => group.some((row) => row[key] !== null));
  return {
    caption: titleOf(group),
    header: shown.map(([title]) => title),
    rows: group
      .toSorted((a, b) => (b.utilization ?? 0) - (a.utilization ?? 0))
      .map((row) => shown.map(([, key]) => cellOf(row[key]))),
  };
}

const cellOf = (value: string | number | null): string | number =>
  typeof value === "number" ? Number(value.toPrecision(4)) : (value ?? "–");

const skippedTable = (skipped: FrontierPage["skipped"]) => ({
  caption: `Files that could not be used: ${skipped.length}`,
  header: ["file", "reason"],
  rows: skipped.map(({ file, reason }) => [file, reason]),
});
