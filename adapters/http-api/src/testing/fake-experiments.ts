import { err, ok, type Result } from "@sc/domain";
import type {
  ExperimentProblem,
  ExperimentReport,
  Experiments,
  ReportQuestion,
  StoredExperiment,
} from "@sc/ports";

const unknown: ExperimentProblem = { code: "SC_EXPERIMENT_UNKNOWN", message: "there is none" };
const times = { startTime: 1000, endTime: 1060, createdTime: 1100, updatedTime: 1100 };
const content = { experimentId: "load", username: "ana", ...times };

/** Knows an experiment `load` with a test `a`; nothing is added or changed over this API. */
export class FakeExperiments implements Experiments {
  readonly asked: ReportQuestion[] = [];
  failure: ExperimentProblem | undefined;

  list(kind: StoredExperiment["kind"]): Result<readonly StoredExperiment[], ExperimentProblem> {
    if (this.failure !== undefined) return err(this.failure);
    return kind === "experiment"
      ? ok([{ kind, id: "1", revision: 1, content }])
      : ok([
          { kind, id: "2", revision: 1, content: { ...content, testId: "load_a", testName: "a" } },
        ]);
  }

  async report(question: ReportQuestion): Promise<Result<ExperimentReport, ExperimentProblem>> {
    this.asked.push(question);
    const { experimentId, testName } = question;
    if (this.failure !== undefined) return err(this.failure);
    if (experimentId !== "load" || (testName ?? "a") !== "a") return err(unknown);
    const cpu = { used: 30, allocated: 60, reserved: 120, utilization: 0.5 };
    const resources = { cpu, mem: { used: 0, allocated: 0, reserved: 0, utilization: undefined } };
    const structures = [{ structure: "web", missing: 0.25, resources }];
    return ok({
      ...{ experimentId, testName, username: "ana" },
      from: 1000,
      to: 1060,
      seconds: 60,
      structures,
    });
  }

  async add() {
    return err(unknown);
  }

  async replace() {
    return err(unknown);
  }

  async remove() {
    return err(unknown);
  }
}
