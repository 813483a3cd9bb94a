import type { Failure } from "@sc/simulation";
import { machine } from "../machine.ts";
import type { SeedReport } from "./run-seed.ts";

const columns = ["seed", "hosts", "virtual s", "faults", "converged after s", "run"];
const runWidth = 8;

const lineOf = (cells: readonly string[], result: string): string => {
  const padded = cells.map((cell, column) =>
    cell.padStart(Math.max(columns[column]?.length ?? 0, runWidth)),
  );
  return [...padded, result].join("  ");
};

export const headings = lineOf(columns, "result");

/** One for each seed. */
export function rowOf(report: SeedReport): string {
  const { seed, hosts, seconds, convergedSeconds, digest, failures } = report;
  const [first] = failures;
  return lineOf(
    [
      ...[String(seed), String(hosts), seconds.toFixed(0), String(faultsOf(report))],
      ...[convergedSeconds?.toFixed(0) ?? "-", digest],
    ],
    first === undefined ? "ok" : `FAILED: ${describe(first)}`,
  );
}

const faultsOf = ({ faults }: Pick<SeedReport, "faults">): number =>
  Object.values(faults).reduce((sum, count) => sum + count, 0);

const describe = ({ invariant, host, text }: Failure): string => `${invariant} on ${host}: ${text}`;

/** All that led to a failure, for an operator to read. */
export function historyOf(report: SeedReport): string {
  const { seed, failures, history, shortest } = report;
  return [
    `seed ${seed} failed; it runs again with --seeds 1 --first-seed ${seed}`,
    ...failures.map((one) => `  ${one.at.toFixed(1)} s  ${describe(one)}`),
    `the last ${history.length} things that happened:`,
    ...history.map((text) => `  ${text}`),
    `the ${shortest.length} events without which it does not happen:`,
    ...shortest.map((text) => `  ${text}`),
  ].join("\n");
}

export interface FaultFigures {
  readonly seeds: number;
  /** What did not hold, each at the first moment of its seed at which something did not. */
  readonly violations: number;
  /** Seeds. */
  readonly unconverged: number;
  readonly faults: number;
  readonly steps: number;
  readonly virtualSeconds: number;
}

export function figuresOf(reports: readonly SeedReport[]): FaultFigures {
  const failures = reports.flatMap((report) => report.failures);
  const isLate = ({ invariant }: Failure): boolean => invariant === "converges";
  return {
    seeds: reports.length,
    violations: failures.filter((one) => !isLate(one)).length,
    unconverged: reports.filter((report) => report.failures.some(isLate)).length,
    faults: reports.reduce((sum, report) => sum + faultsOf(report), 0),
    steps: reports.reduce((sum, { steps }) => sum + steps, 0),
    virtualSeconds: Math.round(reports.reduce((sum, { seconds }) => sum + seconds, 0)),
  };
}

/** How many of each kind, in all seeds. */
export function faultsByKind(reports: readonly SeedReport[]): Readonly<Record<string, number>> {
  const sums = new Map<string, number>();
  for (const { faults } of reports)
    for (const [kind, count] of Object.entries(faults))
      sums.set(kind, (sums.get(kind) ?? 0) + count);
  return Object.fromEntries([...sums].sort(([a], [b]) => (a < b ? -1 : 1)));
}

export function summaryOf(reports: readonly SeedReport[]): string {
  const { seeds, violations, unconverged, faults, steps, virtualSeconds } = figuresOf(reports);
  const kinds = Object.entries(faultsByKind(reports)).map(
    ([kind, count]) => `${kind} ${(count / seeds).toFixed(1)}`,
  );
  return [
    `${seeds} seeds, ${virtualSeconds} s of virtual time, ${faults} faults, ${steps} looks at a host`,
    `a seed has in the mean: ${kinds.join(", ")}`,
    `${violations} violations, ${unconverged} seeds not converged`,
  ].join("\n");
}

export const jsonOf = (reports: readonly SeedReport[]): string =>
  JSON.stringify({
    bench: "faults",
    machine: machine(),
    figures: figuresOf(reports),
    faults: faultsByKind(reports),
    failures: reports.flatMap(({ seed, failures }) => failures.map((one) => ({ seed, ...one }))),
  });
