import type { FrontierRow } from "./frontier-row.ts";
import { element, escaped } from "./markup.ts";

const paper = { width: 400, height: 300, left: 62, right: 376, top: 14, bottom: 252 };
/** Less than the simulation can tell is drawn at the edge. */
const leastMs = 0.1;
const edge = 10;
const smallestMostMs = 100;

interface Place {
  readonly x: number;
  readonly y: number;
}

/** Utilization over the backlog of the worst hundredth, whose axis is logarithmic: one trace. */
export function frontierPlot(
  rows: readonly FrontierRow[],
  policies: readonly string[],
): string | undefined {
  const points = rows.flatMap(({ policy, utilization, p99BacklogMs }) =>
    utilization === null || p99BacklogMs === null ? [] : [{ policy, utilization, p99BacklogMs }],
  );
  if (points.length === 0) return undefined;
  const mostMs = powerAbove(Math.max(smallestMostMs, ...points.map((each) => each.p99BacklogMs)));
  const most = Math.max(1, ...points.map(({ utilization }) => utilization));
  const place = (backlogMs: number, utilization: number): Place => ({
    x: tenth(across(Math.log10(Math.max(backlogMs, leastMs) / leastMs) / decades(mostMs))),
    y: tenth(paper.bottom - (utilization / most) * (paper.bottom - paper.top)),
  });
  // What is drawn last lies above: ours must be seen.
  const lastFirst = points.toSorted(
    (a, b) => policies.indexOf(b.policy) - policies.indexOf(a.policy),
  );
  const marks = lastFirst.map(({ policy, utilization, p99BacklogMs }) => {
    const words = `${policy}: utilization ${(utilization * 100).toFixed(1)} %, p99 backlog ${Number(p99BacklogMs.toPrecision(3))} ms`;
    const mark = markOf(policies, policy, place(p99BacklogMs, utilization));
    return `<g>${mark}${element("title", {}, escaped(words))}</g>`;
  });
  const label = "Utilization in percent over p99 backlog in milliseconds, one mark a policy";
  return element(
    "svg",
    { viewBox: `0 0 ${paper.width} ${paper.height}`, role: "img", "aria-label": label },
    [axes(mostMs, most, place), ...marks].join("\n"),
  );
}

function axes(mostMs: number, most: number, place: (ms: number, ratio: number) => Place): string {
  const powers = Array.from({ length: Math.round(decades(mostMs)) + 1 }, (_, index) =>
    Number((leastMs * 10 ** index).toPrecision(1)),
  );
  const upright = powers.map((ms) => {
    const { x } = place(ms, 0);
    const name = ms === leastMs ? `≤${ms}` : msText(ms);
    return line(`M${x} ${paper.top}V${paper.bottom}`) + words(x, paper.bottom + 16, name, "middle");
  });
  const percents = Array.from({ length: Math.floor(most * 5 + 1e-9) + 1 }, (_, index) => index / 5);
  const level = percents.map((ratio) => {
    const { y } = place(leastMs, ratio);
    return (
      line(`M${paper.left} ${y}H${paper.right}`) +
      words(paper.left - 6, y + 4, `${Math.round(ratio * 100)} %`, "end")
    );
  });
  const upName = element(
    "text",
    {
      x: -(paper.top + paper.bottom) / 2,
      y: 14,
      transform: "rotate(-90)",
      "text-anchor": "middle",
    },
    "utilization",
  );
  const middle = (paper.left + paper.right) / 2;
  return [
    ...upright,
    ...level,
    upName,
    words(middle, paper.bottom + 36, "p99 backlog, ms", "middle"),
  ].join("");
}

/** A mark at the edge does not lie on the axis. */
const across = (part: number): number =>
  paper.left + edge + part * (paper.right - paper.left - edge);
const decades = (mostMs: number): number => Math.log10(mostMs / leastMs);
const powerAbove = (ms: number): number => 10 ** Math.ceil(Math.log10(ms) - 1e-9);
const tenth = (value: number): number => Math.round(value * 10) / 10;
const msText = (ms: number): string => (ms >= 1_000_000 ? ms.toExponential() : String(ms));
const line = (d: string): string => element("path", { class: "grid", d });
const words = (x: number, y: number, text: string, anchor: string): string =>
  element("text", { x, y, "text-anchor": anchor }, escaped(text));

/** Told apart also by lightness, and seen on light and dark grounds. */
const colours = [
  "#d1242f",
  "#0969da",
  "#1a7f37",
  "#9a6700",
  "#8250df",
  "#0e7c86",
  "#bf3989",
  "#6e7781",
];

/** Shapes around 0,0. */
const shapes = ["M-5 -5h10v10h-10z", "M0 -6l6 10h-12z", "M0 -6l6 6l-6 6l-6 -6z", "M0 6l6 -10h-12z"];
const circle = "M-5 0a5 5 0 1 0 10 0a5 5 0 1 0 -10 0z";

/** Ours are round and filled: they are the ones to look at. */
const ours: ReadonlySet<string> = new Set([
  "burst-quota",
  "memory-pressure",
  "percentile",
  "weight-only",
  "io-fit",
]);

/** Ours first; the marks of others depend on their place among all. */
export const inOrderOfMarks = (policies: Iterable<string>): readonly string[] =>
  [...new Set(policies)].toSorted((a, b) => Number(ours.has(b)) - Number(ours.has(a)));

/** The mark of a policy: no two of the first 32 look the same. */
export function markOf(policies: readonly string[], policy: string, { x, y }: Place): string {
  const index = policies.indexOf(policy);
  const colour = colours[index % colours.length] ?? "";
  const shape = shapes[(index + Math.floor(index / colours.length)) % shapes.length] ?? circle;
  return element("path", {
    d: ours.has(policy) ? circle : shape,
    transform: `translate(${x} ${y})`,
    fill: colour,
    "fill-opacity": ours.has(policy) ? 1 : 0.25,
    stroke: colour,
    "stroke-width": 1.6,
  });
}
