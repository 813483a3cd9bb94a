/**
 * What every structure used and was given while something ran: integrals over its time, as the kernel
 * counted them, so that a gap in between costs nothing that went on over it. Used, allocated, reserved
 * and missing mean what they mean in the published reports; utilization is the ratio itself, without
 * the point that those take off, and nothing is rounded.
 */
import {
  type Experiment,
  err,
  ok,
  type ResourceSums,
  type Result,
  type StructureName,
  type WallSeconds,
  wallSeconds,
} from "@sc/domain";
import type {
  ExperimentProblem,
  ExperimentReport,
  HistoryStore,
  ReportedResource,
  StructureReport,
} from "@sc/ports";

/** Only sums are read, so a question has no more steps than it must. */
const stepsOfReport = 100;

interface ReportDeps {
  readonly history: Pick<HistoryStore, "structures" | "usage">;
  readonly now: WallSeconds;
}

export async function reportOn(
  { content, testName }: { readonly content: Experiment; readonly testName: string | undefined },
  { history, now }: ReportDeps,
): Promise<Result<ExperimentReport, ExperimentProblem>> {
  const { experimentId, username, startTime: from, endTime: to = Math.trunc(now) } = content;
  if (from === undefined || to <= from) return err(notTimed);
  const names = await history.structures();
  if (!names.ok) return err({ code: "SC_HISTORY_UNAVAILABLE", message: names.error.text });
  const structures: StructureReport[] = [];
  for (const name of names.value) {
    const report = await structureReport(name, { from, to, history });
    if (!report.ok) return report;
    if (report.value !== undefined) structures.push(report.value);
  }
  const seconds = to - from;
  return ok({ experimentId, testName, username, from, to, seconds, structures });
}

async function structureReport(
  structure: StructureName,
  { from, to, history }: { from: number; to: number; history: ReportDeps["history"] },
): Promise<Result<StructureReport | undefined, ExperimentProblem>> {
  const found = await history.usage({
    structure,
    from: wallSeconds(from),
    to: wallSeconds(to),
    stepSeconds: Math.max(1, Math.ceil((to - from) / stepsOfReport)),
  });
  if (!found.ok) return err({ code: "SC_HISTORY_UNAVAILABLE", message: found.error.text });
  const { stamps, sums } = found.value;
  if (stamps.length === 0) return ok(undefined);
  return ok({
    structure,
    missing: Math.min(1, Math.max(0, 1 - sums.seconds / (to - from))),
    resources: { cpu: reported(sums.cpu), mem: reported(sums.mem) },
  });
}

const reported = ({ used, allocated, reserved }: ResourceSums): ReportedResource => ({
  ...{ used, allocated, reserved },
  utilization: allocated > 0 ? used / allocated : undefined,
});

const notTimed: ExperimentProblem = {
  code: "SC_EXPERIMENT_NOT_TIMED",
  message: "it has no start, or did not end after it",
};
