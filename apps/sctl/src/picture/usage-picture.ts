import type { ComputeResource, UsageHistory } from "@sc/contracts";
import { duration, number, percent, utilization } from "../output/describe-values.ts";
import { style } from "./palette.ts";
import { type Curves, panel, spaceAbovePlot, spaceBelowPlot } from "./panel.ts";
import { element, escaped, text } from "./svg.ts";
import { timeTicks, wallClock, zoneLabel } from "./time-ticks.ts";
import { binaryTicks, decimalTicks, mibLabel } from "./value-ticks.ts";

export interface PictureOptions {
  /** One above the other. */
  readonly resources: readonly ComputeResource[];
  readonly utcOffsetSeconds: (stamp: number) => number;
}

const width = 960;
const left = 76;
const right = width - 28;
const headHeight = 62;
const footHeight = 12;
const timeTicksMax = 8;
const valueTicksMax = 5;

/** Usage and limit over time as one picture that needs nothing else: SVG 1.1 as text. */
export function usagePicture(history: UsageHistory, options: PictureOptions): string {
  const { stamps, stepSeconds } = history;
  const time = { from: stamps.at(0) ?? 0, to: (stamps.at(-1) ?? 0) + stepSeconds };
  const { resources, utcOffsetSeconds } = options;
  const plotHeight = resources.length > 1 ? 190 : 260;
  const panelHeight = spaceAbovePlot + plotHeight + spaceBelowPlot;
  const isEmpty = stamps.length === 0;
  const height = headHeight + (isEmpty ? 60 : panelHeight * resources.length) + footHeight;
  const frame = {
    left,
    right,
    height: plotHeight,
    time,
    timeTicks: timeTicks(time, { count: timeTicksMax, utcOffsetSeconds }),
  };
  const panels = resources.map((resource, index) =>
    panel(curvesOf(history, resource), {
      ...frame,
      top: headHeight + index * panelHeight + spaceAbovePlot,
    }),
  );
  const title = `${history.structure}: usage and limit over time`;
  const body = isEmpty
    ? [text({ x: left, y: headHeight + 30 }, "nothing is known of this time")]
    : [text({ x: left, y: 54 }, spanOf(history, utcOffsetSeconds(time.from))), ...panels];
  return picture({ title, height }, [
    element("title", {}, escaped(title)),
    element("style", {}, style),
    element("rect", {
      class: "ground",
      x: 0.5,
      y: 0.5,
      width: width - 1,
      height: height - 1,
      rx: 8,
    }),
    text({ x: left, y: 34 }, title, { class: "title" }),
    ...body,
  ]);
}

function picture(
  { title, height }: { readonly title: string; readonly height: number },
  content: readonly string[],
): string {
  const attributes = {
    xmlns: "http://www.w3.org/2000/svg",
    width,
    height,
    viewBox: `0 0 ${width} ${height}`,
    role: "img",
    "aria-label": title,
  };
  return `${element("svg", attributes, `\n${content.filter((part) => part !== "").join("\n")}\n`)}\n`;
}

function spanOf({ stamps, stepSeconds }: UsageHistory, offset: number): string {
  const from = (stamps.at(0) ?? 0) + offset;
  const to = (stamps.at(-1) ?? 0) + stepSeconds + offset;
  const [first, last] = [wallClock(from), wallClock(to)];
  const lastDate = first.date === last.date ? "" : `${last.date} `;
  return `${first.date} ${first.year}, ${first.time} to ${lastDate}${last.time} ${zoneLabel(offset)}, in steps of ${duration(stepSeconds)}`;
}

function curvesOf(history: UsageHistory, resource: ComputeResource): Curves {
  const { stamps, stepSeconds, throttledRatio, sums } = history;
  const columns = history[resource];
  const common = { ...columns, stamps, stepSeconds };
  if (resource === "mem") {
    return {
      ...common,
      heading: "Memory",
      throttledRatio: [],
      sums: sumsOf(sums.mem, "MiB-seconds"),
      ticks: (max) => binaryTicks(max, valueTicksMax),
      label: mibLabel,
    };
  }
  const throttled = sums.throttledSeconds;
  return {
    ...common,
    heading: "CPU, shares (100 = one core)",
    throttledRatio,
    sums: [
      ...sumsOf(sums.cpu, "core-seconds"),
      ...(throttled === null ? [] : [{ name: "throttled", value: `${round(throttled)} s` }]),
    ],
    ticks: (max) => decimalTicks(max, valueTicksMax),
    label: number,
  };
}

function sumsOf(sums: UsageHistory["sums"]["cpu"], unit: string): Curves["sums"] {
  const { used, allocated, reserved } = sums;
  const ratio = used === null || allocated === null ? undefined : utilization(used, allocated);
  const known = [
    ["used", used],
    ["allocated", allocated],
    ["reserved", reserved],
  ] as const;
  return [
    ...(ratio === undefined ? [] : [{ name: "utilization", value: percent(ratio) }]),
    ...known.flatMap(([name, value]) =>
      value === null ? [] : [{ name, value: `${round(value)} ${unit}` }],
    ),
  ];
}

/** Three digits say enough of a sum. */
const round = (value: number): string =>
  Math.abs(value) >= 1000
    ? Math.round(value).toLocaleString("en").replaceAll(",", "\u2009")
    : number(Number(value.toPrecision(3)));
