import { loadavg } from "node:os";
import { percentile } from "../percentile.ts";
import type { Account } from "./accounts.ts";
import type { Observed } from "./limit-observer.ts";
import type { Done } from "./workload.ts";

/** One workload, once, in one arm. */
export type Run = {
  readonly workload: string;
  readonly arm: string;
  /** Counted from 1; the unlimited run before the first is of none: 0. */
  readonly pair: number;
  readonly runSeconds: number;
  /** Of what the workload is asked for, a second. */
  readonly throughput: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** Core-seconds. */
  readonly used: number;
  readonly allocated: number;
  readonly throttledSeconds: number;
  readonly changes: number;
  /** `null` where memory is not scaled. */
  readonly memUtilization: number | null;
  /** By the kernel, because of a limit. */
  readonly kills: number;
  /** The server's word on it at the end: where the host was full, limits could not follow. */
  readonly explained: string;
  /** `used` as the kernel counts it, whoever took account. */
  readonly usedByKernel: number;
  /** What an observer of the kernel's files saw: the limit over time, writes, and the most they gave. */
  readonly held: number;
  readonly writes: number;
  readonly handedOutMost: number;
  /** Core-seconds of what made the load, warm-up and preparation included. */
  readonly usedByLoad: number;
  /** Of the machine, at the end: was it quiet? */
  readonly loadAverage: number;
};

/** What was seen in a run, from the moment on from which it counts. */
export interface Seen {
  readonly beganMs: number;
  readonly done: readonly Done[];
  readonly before: Account;
  readonly after: Account;
  readonly usedByKernel: number;
  readonly kills: number;
  readonly explained: string;
  readonly observed: Observed;
  readonly usedByLoad: number;
}

/** What was due before the run counts is left out, also where it ended later. */
export function runOf(
  { workload, arm, pair }: Pick<Run, "workload" | "arm" | "pair">,
  { beganMs, done, before, after, usedByKernel, kills, explained, observed, usedByLoad }: Seen,
): Run {
  const counted = done.filter(({ dueMs }) => dueMs >= beganMs);
  const endMs = Math.max(...counted.map((one) => one.endMs));
  const runSeconds = (endMs - beganMs) / 1000;
  const latenciesMs = counted.map((one) => one.endMs - one.dueMs);
  return {
    workload,
    arm,
    pair,
    runSeconds,
    throughput: counted.length / runSeconds,
    p50Ms: percentile(latenciesMs, 50),
    p99Ms: percentile(latenciesMs, 99),
    used: after.usedCoreSeconds - before.usedCoreSeconds,
    allocated: after.allocatedCoreSeconds - before.allocatedCoreSeconds,
    throttledSeconds: after.throttledSeconds - before.throttledSeconds,
    changes: after.changes - before.changes,
    memUtilization: memUtilizationOf(before, after),
    kills,
    explained,
    usedByKernel,
    ...observed,
    usedByLoad,
    loadAverage: loadavg()[0] ?? Number.NaN,
  };
}

function memUtilizationOf(before: Account, after: Account): number | null {
  const { usedMibSeconds, allocatedMibSeconds } = after;
  if (usedMibSeconds === undefined || allocatedMibSeconds === undefined) return null;
  const used = usedMibSeconds - (before.usedMibSeconds ?? 0);
  return used / (allocatedMibSeconds - (before.allocatedMibSeconds ?? 0));
}
