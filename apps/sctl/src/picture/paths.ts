import type { Scale } from "./linear-scale.ts";
import type { Held, Run } from "./runs.ts";

export interface Scales {
  readonly x: Scale;
  readonly y: Scale;
}

type Point = readonly [x: number, y: number];

/** A line through the middle of each step, as wide as its run. */
export const linePath = (runs: readonly Run[], scales: Scales): string =>
  runs.map((run) => polyline(middles(run, scales))).join("");

/** The same, filled down to 0. */
export const areaPath = (runs: readonly Run[], scales: Scales): string =>
  runs.map((run) => `${polyline(withFeet(middles(run, scales), scales.y(0)))}Z`).join("");

/** Level for each step, upright between two: how a limit moves. */
export const stepPath = (runs: readonly Run[], scales: Scales): string =>
  runs.map((run) => polyline(corners(run, scales))).join("");

/** What a limit allows, filled down to 0. */
export const stepAreaPath = (runs: readonly Run[], scales: Scales): string =>
  runs.map((run) => `${polyline(withFeet(corners(run, scales), scales.y(0)))}Z`).join("");

function middles(run: Run, { x, y }: Scales): readonly Point[] {
  const [first, last] = [run.at(0), run.at(-1)];
  if (first === undefined || last === undefined) return [];
  const inner = run.map(({ from, to, value }): Point => [x((from + to) / 2), y(value)]);
  return [[x(first.from), y(first.value)], ...inner, [x(last.to), y(last.value)]];
}

function corners(run: Run, { x, y }: Scales): readonly Point[] {
  return levels(run).flatMap(({ from, to, value }): readonly Point[] => [
    [x(from), y(value)],
    [x(to), y(value)],
  ]);
}

/** Steps of one value are one level: a limit that rests needs two corners, not hundreds. */
function levels(run: Run): readonly Held[] {
  const merged: Held[] = [];
  for (const held of run) {
    const before = merged.at(-1);
    if (before?.value === held.value) merged[merged.length - 1] = { ...before, to: held.to };
    else merged.push(held);
  }
  return merged;
}

function withFeet(points: readonly Point[], foot: number): readonly Point[] {
  const [first, last] = [points.at(0), points.at(-1)];
  if (first === undefined || last === undefined) return [];
  return [[first[0], foot], ...points, [last[0], foot]];
}

const polyline = (points: readonly Point[]): string =>
  points.map(([x, y], index) => `${index === 0 ? "M" : "L"}${tenth(x)} ${tenth(y)}`).join("");

/** A tenth of a pixel is finer than a screen shows. */
export const tenth = (value: number): number => Math.round(value * 10) / 10;
