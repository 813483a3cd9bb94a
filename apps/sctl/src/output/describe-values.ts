import type { Change, Resource, Structure } from "@sc/contracts";

/** At most two decimals. */
export const number = (value: number): string => String(Math.round(value * 100) / 100);

export const numberIfKnown = (value: number | undefined): string =>
  value === undefined ? "-" : number(Math.round(value * 10) / 10);

/** `null` = no limit. */
export const limit = (value: number | null | undefined): string =>
  value === null ? "none" : value === undefined ? "-" : number(value);

export const percent = (ratio: number | undefined): string =>
  ratio === undefined ? "-" : `${number(Math.round(ratio * 1000) / 10)} %`;

/** Used ÷ allocated, once something was allocated. */
export const utilization = (used: number, allocated: number): number | undefined =>
  allocated > 0 ? used / allocated : undefined;

const minute = 60;
const hour = 60 * minute;
const day = 24 * hour;

/** `12 s`, `5 min`, `3 h`, `2 d`. */
export function duration(seconds: number): string {
  if (seconds < 2 * minute) return `${Math.round(seconds)} s`;
  if (seconds < 2 * hour) return `${Math.round(seconds / minute)} min`;
  if (seconds < 2 * day) return `${Math.round(seconds / hour)} h`;
  return `${Math.round(seconds / day)} d`;
}

/** Stamps come from another clock, which may be ahead of this one. */
export const age = (stamp: number, now: number): string =>
  `${duration(Math.max(now - stamp, 0))} ago`;

/** `auto`, `auto cpu+mem`, `auto, mem recommend`, `auto, paused`, `auto, learning`. */
export function mode({ resources, isPaused, isLearning, isFrozen }: Structure): string {
  const { cpu, mem } = resources;
  const isAlike = cpu.mode === mem.mode && cpu.mode !== "observe";
  return [
    isAlike ? `${cpu.mode} cpu+mem` : cpu.mode,
    ...(isAlike || mem.mode === "observe" ? [] : [`mem ${mem.mode}`]),
    ...(isPaused ? ["paused"] : []),
    ...(isFrozen ? ["frozen"] : []),
    ...(isLearning && (cpu.mode !== "observe" || mem.mode !== "observe") ? ["learning"] : []),
  ].join(", ");
}

/** `12 s ago: cpu 100→70 usage-below-lower`: short, because `ls` has one line per container. */
export function lastChange(change: Change | undefined, now: number): string {
  if (change === undefined) return "-";
  const outcome = change.outcome === "applied" ? "" : ` ${change.outcome}`;
  const step = `${change.resource} ${limit(change.old)}→${limit(change.new)}`;
  return `${age(change.stamp, now)}: ${step}${outcome} ${change.reason.code}`;
}

/** In which a limit of each resource is told. */
export const resourceUnits: Readonly<Record<Resource, string>> = {
  cpu: "shares",
  mem: "MiB",
  disk_read: "MiB/s",
  disk_write: "MiB/s",
  net: "Mbit/s",
};
