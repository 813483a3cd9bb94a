import { ApiError, type UsageHistoryQuestion } from "@sc/api-client";
import type { ComputeResource, Structure, UsageHistory } from "@sc/contracts";
import type { AnyFormat } from "../output/output-format.ts";
import { print } from "../output/print.ts";
import { printable } from "../output/printable.ts";
import type { Session } from "../session.ts";

export interface HistoryOptions {
  readonly name: string;
  readonly format: AnyFormat;
  readonly question: UsageHistoryQuestion;
  /** Default: what is scaled, or both when nothing is. */
  readonly resource?: ComputeResource | undefined;
}

/** What a container used and was allowed over time. */
export async function history(session: Session, options: HistoryOptions): Promise<void> {
  const { name, format, resource } = options;
  const answer = await session.api.usageHistory(name, options.question);
  const { terminal } = session;
  const { utcOffsetSeconds } = terminal;
  switch (format) {
    case "table": {
      const { usageTable } = await import("../output/usage-table.ts");
      const resources = await shownResources(session, answer, resource);
      const text = usageTable(answer, { resources, utcOffsetSeconds });
      return terminal.write(`${printable(text)}\n`);
    }
    case "csv": {
      const { usageSheet } = await import("../output/usage-sheet.ts");
      return terminal.write(usageSheet(answer, resource === undefined ? both : [resource]));
    }
    case "svg": {
      const { usagePicture } = await import("../picture/usage-picture.ts");
      const resources = await shownResources(session, answer, resource);
      return terminal.write(usagePicture(answer, { resources, utcOffsetSeconds }));
    }
    case "json":
    case "yaml":
      return print({ terminal, format }, onlyOf(answer, resource), () => "");
    default:
      return format satisfies never;
  }
}

const both: readonly ComputeResource[] = ["cpu", "mem"];

/** What is named, else what is scaled: a limit that never moves has no story to tell. */
async function shownResources(
  { api }: Session,
  answer: UsageHistory,
  named: ComputeResource | undefined,
): Promise<readonly ComputeResource[]> {
  if (named !== undefined) return [named];
  const structure = await api.structure(answer.structure).catch(absentWhenGone);
  const scaled = both.filter(
    (resource) =>
      (structure !== undefined && structure.resources[resource].mode !== "observe") ||
      hasMoved(answer[resource].limit),
  );
  return scaled.length === 0 ? both : scaled;
}

/** Its history outlives a container. */
function absentWhenGone(error: unknown): Structure | undefined {
  if (error instanceof ApiError && error.code === "SC_STRUCTURE_UNKNOWN") return undefined;
  throw error;
}

const hasMoved = (limits: readonly (number | null)[]): boolean =>
  new Set(limits.filter((limit) => limit !== null)).size > 1;

/** The answer without what was not asked for. */
function onlyOf(answer: UsageHistory, resource: ComputeResource | undefined): object {
  if (resource === undefined) return answer;
  const { cpu, mem, ...others } = answer;
  const { seconds, throttledSeconds, ...sums } = answer.sums;
  return {
    ...others,
    [resource]: { cpu, mem }[resource],
    sums: { seconds, throttledSeconds, [resource]: sums[resource] },
  };
}
