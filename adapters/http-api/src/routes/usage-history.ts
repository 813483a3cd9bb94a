import { Readable } from "node:stream";
import { Type } from "@fastify/type-provider-typebox";
import { usageHistoryQuerySchema, usageHistorySchema } from "@sc/contracts";
import { err, type Result, type UsageHistory } from "@sc/domain";
import type { ApiProblem, UsageHistories } from "@sc/ports";
import type { App } from "../empty-app.ts";
import { RequestRefused } from "../errors.ts";
import { type IsTrusted, Places } from "../places.ts";
import { problem } from "../problems.ts";
import { nameParameter, nameProblems, valueOrRefusal } from "./route-parts.ts";
import { timeOf } from "./time.ts";
import { usageHistoryJson } from "./usage-history-json.ts";

/** The thread that answers them has the history to write as well. */
const questionsMax = 16;
const questionsOverTcpMax = 4;

/** What one structure used and was allowed over time. */
export function addUsageHistoryRoute(
  api: App,
  histories: UsageHistories,
  isTrusted: IsTrusted,
): void {
  const places = new Places({ max: questionsMax, maxOverTcp: questionsOverTcpMax, isTrusted });
  api.get(
    "/structures/:name/history",
    {
      schema: {
        operationId: "usageHistory",
        summary: "Usage and limits of a structure over time, in steps, with their sums",
        tags: ["history"],
        params: nameParameter,
        querystring: usageHistoryQuerySchema,
        // What it says when it is read to its end.
        response: { 200: Type.Unsafe<Readable>(usageHistorySchema) },
      },
      config: {
        problems: [
          ...nameProblems,
          "SC_VALUE_OUT_OF_RANGE",
          "SC_HISTORY_UNAVAILABLE",
          "SC_HISTORY_BUSY",
        ],
      },
    },
    async ({ params, query, raw }, reply) => {
      const refusal = places.refusalOf(raw, "questions to the history");
      if (refusal !== undefined) throw new RequestRefused(problem("SC_HISTORY_BUSY", refusal));
      const now = Date.now() / 1000;
      const giveBack = places.take(raw);
      const history = await histories
        .usageHistory(params.name, {
          from: timeOf(query.from, now),
          to: timeOf(query.to, now),
          stepSeconds: query.step === undefined ? undefined : Number(query.step),
        })
        // Not when who asked has gone: the question is worked at all the same.
        .finally(giveBack);
      reply.type("application/json; charset=utf-8");
      return Readable.from(usageHistoryJson(valueOrRefusal(asAsked(history))));
    },
  );
}

/** Inside, a step has its unit in its name; who asked is told about the key they sent. */
function asAsked(history: Result<UsageHistory, ApiProblem>): Result<UsageHistory, ApiProblem> {
  if (history.ok || history.error.field !== "stepSeconds") return history;
  const detail = history.error.detail.replace(/^stepSeconds\b/, "step");
  return err({ ...history.error, field: "step", detail });
}
