import type { LegendEntry } from "./legend.ts";
import { legend } from "./legend.ts";
import { levelled } from "./levelled.ts";
import { linearScale, type Range } from "./linear-scale.ts";
import { areaPath, linePath, type Scales, stepAreaPath, stepPath, tenth } from "./paths.ts";
import { type Run, runsOf } from "./runs.ts";
import { element, text } from "./svg.ts";
import type { TimeTick } from "./time-ticks.ts";

type Values = readonly (number | null)[];

/** One resource over time. */
export interface Curves {
  readonly heading: string;
  readonly stamps: readonly number[];
  readonly stepSeconds: number;
  readonly used: Values;
  readonly usedMax: Values;
  readonly limit: Values;
  readonly reserved: Values;
  /** Share of each step, 0 to 1; nothing is drawn where nothing was throttled. */
  readonly throttledRatio: Values;
  readonly sums: readonly { readonly name: string; readonly value: string }[];
  ticks(max: number): readonly number[];
  label(value: number): string;
}

export interface PanelFrame {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly height: number;
  readonly time: Range;
  readonly timeTicks: readonly TimeTick[];
}

/** Heading and legend above, labels of time and the sums below the plot. */
export const spaceAbovePlot = 38;
export const spaceBelowPlot = 52;

/**
 * A maximum this many times above all that moves would press the curves flat; it is left out then,
 * and the sums still tell it.
 */
const maxShownBelowTimes = 4;
/** A limit that rests at its maximum must not lie on the frame. */
const headroom = 1.03;
const throttledHeight = 4;
const throttledRatioMin = 0.01;

/** Usage as an area, its peaks as a thin line, the limit as steps over what it allows. */
export function panel(curves: Curves, frame: PanelFrame): string {
  const maxima = levelled(curves.reserved);
  const runs = {
    used: runsIn(curves, curves.used),
    most: runsIn(curves, curves.usedMax),
    limit: runsIn(curves, curves.limit),
    max: runsIn(curves, maxima),
  };
  const moving = highest([curves.used, curves.usedMax, curves.limit]);
  const reserved = highest([maxima]);
  const isMaxShown = runs.max.length > 0 && reserved <= Math.max(moving, 1) * maxShownBelowTimes;
  const highestShown = isMaxShown ? Math.max(moving, reserved) : moving;
  const ticks = curves.ticks(highestShown * headroom);
  const bottom = frame.top + frame.height;
  const scales: Scales = {
    x: linearScale(frame.time, { from: frame.left, to: frame.right }),
    y: linearScale({ from: 0, to: ticks.at(-1) ?? 1 }, { from: bottom, to: frame.top }),
  };
  const throttled = throttledMarks(curves, scales);
  const entries: readonly (LegendEntry & { readonly isShown: boolean })[] = [
    { mark: "used", words: "used", isShown: runs.used.length > 0 },
    { mark: "most", words: "most used", isShown: runs.most.length > 0 },
    { mark: "limit", words: "limit", isShown: runs.limit.length > 0 },
    { mark: "max", words: "max", isShown: isMaxShown },
    { mark: "throttled", words: "throttled", isShown: throttled !== "" },
  ];
  return [
    text({ x: frame.left, y: frame.top - 16 }, curves.heading, { class: "heading" }),
    legend(
      entries.filter(({ isShown }) => isShown),
      { right: frame.right, y: frame.top - 16 },
    ),
    grid(frame, scales, ticks, curves.label),
    drawn("limit-area", stepAreaPath(runs.limit, scales)),
    drawn("used-area", areaPath(runs.used, scales)),
    drawn("max", isMaxShown ? stepPath(runs.max, scales) : ""),
    drawn("most", linePath(runs.most, scales)),
    drawn("used", linePath(runs.used, scales)),
    drawn("limit", stepPath(runs.limit, scales)),
    throttled,
    sumsLine(curves.sums, { x: frame.left, y: bottom + 42 }),
  ].join("\n");
}

const runsIn = ({ stamps, stepSeconds }: Curves, values: Values): readonly Run[] =>
  runsOf({ stamps, values, stepSeconds });

const highest = (columns: readonly Values[]): number =>
  columns.flat().reduce<number>((most, value) => Math.max(most, value ?? 0), 0);

const drawn = (name: string, d: string): string =>
  d === "" ? "" : element("path", { class: name, d });

function grid(
  { left, right, top, height, timeTicks }: PanelFrame,
  { x, y }: Scales,
  ticks: readonly number[],
  label: (value: number) => string,
): string {
  const bottom = top + height;
  const level = ticks.map(
    (value) =>
      element("path", {
        class: value === 0 ? "axis" : "grid",
        d: `M${left} ${tenth(y(value))}H${right}`,
      }) + text({ x: left - 8, y: tenth(y(value)) + 4 }, label(value), { "text-anchor": "end" }),
  );
  const upright = timeTicks.map(
    ({ stamp, label: words }) =>
      element("path", { class: "grid", d: `M${tenth(x(stamp))} ${top}V${bottom}` }) +
      text({ x: tenth(x(stamp)), y: bottom + 18 }, words, { "text-anchor": "middle" }),
  );
  return [...upright, ...level].join("\n");
}

/** A strip at the foot of the plot, the darker the more. */
function throttledMarks({ throttledRatio, stamps, stepSeconds }: Curves, { x, y }: Scales): string {
  return runsOf({ stamps, values: throttledRatio, stepSeconds })
    .flat()
    .filter(({ value }) => value >= throttledRatioMin)
    .map(({ from, to, value }) =>
      element("rect", {
        class: "throttled",
        x: tenth(x(from)),
        y: tenth(y(0) - throttledHeight),
        width: tenth(x(to) - x(from)),
        height: throttledHeight,
        "fill-opacity": tenth(Math.min(0.3 + value, 1)),
      }),
    )
    .join("");
}

function sumsLine(sums: Curves["sums"], at: { readonly x: number; readonly y: number }): string {
  const parts = sums.map(
    ({ name, value }, index) =>
      `${index === 0 ? "" : element("tspan", {}, " · ")}${element("tspan", {}, `${name} `)}` +
      element("tspan", { class: "figure" }, value),
  );
  return element("text", { ...at, "xml:space": "preserve" }, parts.join(""));
}
