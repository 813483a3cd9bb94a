import { experimentListSchema, experimentQuerySchema, experimentReportSchema } from "@sc/contracts";
import { err, type Result } from "@sc/domain";
import type { ApiProblem, ExperimentProblem, Experiments } from "@sc/ports";
import type { App } from "../empty-app.ts";
import { RequestRefused } from "../errors.ts";
import { type IsTrusted, Places } from "../places.ts";
import { problem } from "../problems.ts";
import { valueOrRefusal } from "./route-parts.ts";

/** A report asks the history about every structure it knows. */
const reportsMax = 4;
const reportsOverTcpMax = 1;

/** When things were tried, and what was used meanwhile. */
export function addExperimentRoutes(
  api: App,
  experiments: Experiments,
  isTrusted: IsTrusted,
): void {
  const places = new Places({ max: reportsMax, maxOverTcp: reportsOverTcpMax, isTrusted });
  const tags = ["history"];
  api.get(
    "/experiments",
    {
      schema: {
        operationId: "experiments",
        summary: "Experiments and tests that were timed, oldest first",
        tags,
        response: { 200: experimentListSchema },
      },
      config: { problems: ["SC_HISTORY_UNAVAILABLE"] },
    },
    async () => ({
      experiments: valueOrRefusal(told(experiments.list("experiment"))).map(({ content }) =>
        timesOf(content),
      ),
      tests: valueOrRefusal(told(experiments.list("experiment-test"))).flatMap((each) =>
        each.kind === "experiment-test"
          ? [
              {
                ...timesOf(each.content),
                test: each.content.testName,
                tags: each.content.tags ?? [],
              },
            ]
          : [],
      ),
    }),
  );
  api.get(
    "/experiments/report",
    {
      schema: {
        operationId: "experimentReport",
        summary: "What every structure used and was given while an experiment or test ran",
        tags,
        querystring: experimentQuerySchema,
        response: { 200: experimentReportSchema },
      },
      config: {
        problems: [
          "SC_EXPERIMENT_UNKNOWN",
          "SC_EXPERIMENT_NOT_TIMED",
          "SC_HISTORY_UNAVAILABLE",
          "SC_HISTORY_BUSY",
        ],
      },
    },
    async ({ query, raw }) => {
      const refusal = places.refusalOf(raw, "reports of experiments");
      if (refusal !== undefined) throw new RequestRefused(problem("SC_HISTORY_BUSY", refusal));
      const giveBack = places.take(raw);
      const { experiment: experimentId, test: testName, username } = query;
      const report = await experiments
        .report({ experimentId, testName, username })
        // Not when who asked has gone: the question is worked at all the same.
        .finally(giveBack);
      return valueOrRefusal(told(report));
    },
  );
}

const timesOf = (content: {
  readonly experimentId: string;
  readonly username: string;
  readonly startTime?: number;
  readonly endTime?: number;
}) => ({
  experiment: content.experimentId,
  username: content.username,
  startTime: content.startTime,
  endTime: content.endTime,
});

/** Of reading alone: what is not read yet is not to be had, as a history that cannot be read. */
function told<Value>(result: Result<Value, ExperimentProblem>): Result<Value, ApiProblem> {
  if (result.ok) return result;
  const { code, message: detail } = result.error;
  const isOfReport = code === "SC_EXPERIMENT_UNKNOWN" || code === "SC_EXPERIMENT_NOT_TIMED";
  return err({ code: isOfReport ? code : "SC_HISTORY_UNAVAILABLE", detail });
}
