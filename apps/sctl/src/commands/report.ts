import type { ExperimentReport } from "@sc/contracts";
import { duration, numberIfKnown, percent } from "../output/describe-values.ts";
import { print } from "../output/print.ts";
import { type Column, table } from "../output/table.ts";
import type { Session } from "../session.ts";

export interface ReportOptions {
  readonly experiment: string;
  readonly test: string | undefined;
  readonly username?: string | undefined;
}

/** What was used and given while an experiment, or one of its tests, ran. */
export async function report(session: Session, options: ReportOptions): Promise<void> {
  await print(session, await session.api.experimentReport(options), describe);
}

function describe({
  experimentId,
  testName,
  username,
  seconds,
  structures,
}: ExperimentReport): string {
  const what = testName === undefined ? experimentId : `${experimentId}, ${testName}`;
  const head = `${what}: ${duration(seconds)}, by ${username}`;
  if (structures.length === 0) return `${head}; nothing is known of that time`;
  const rows = structures.flatMap(({ structure, missing, resources }) =>
    (["cpu", "mem"] as const).map((resource) => ({
      ...{ structure, resource, missing },
      ...resources[resource],
    })),
  );
  return [head, "", table(rows, columns)].join("\n");
}

interface Row {
  readonly structure: string;
  readonly resource: "cpu" | "mem";
  readonly missing: number;
  readonly used: number;
  readonly allocated: number;
  readonly reserved: number;
  readonly utilization?: number | undefined;
}

const units = { cpu: "core-seconds", mem: "MiB-seconds" } as const;

const columns: readonly Column<Row>[] = [
  { title: "NAME", text: ({ structure }) => structure },
  { title: "OF", text: ({ resource }) => `${resource} (${units[resource]})` },
  { title: "USED", text: ({ used }) => numberIfKnown(used), isNumber: true },
  { title: "ALLOCATED", text: ({ allocated }) => numberIfKnown(allocated), isNumber: true },
  { title: "RESERVED", text: ({ reserved }) => numberIfKnown(reserved), isNumber: true },
  { title: "UTILIZATION", text: ({ utilization }) => percent(utilization), isNumber: true },
  { title: "MISSING", text: ({ missing }) => percent(missing), isNumber: true },
];
