import type { ServerResponse } from "node:http";
import { noQuerySchema, replayQuestionSchema, replaySchema } from "@sc/contracts";
import type { Replays } from "@sc/ports";
import type { App } from "../empty-app.ts";
import { RequestRefused } from "../errors.ts";
import { type IsTrusted, Places } from "../places.ts";
import { problem } from "../problems.ts";
import { nameParameter, nameProblems, valueOrRefusal } from "./route-parts.ts";
import { timeOf } from "./time.ts";

/** Each takes a core for as long as it runs. */
const replaysMax = 1;
/** Longer than a replay may take: while it is computed, nothing is said on its connection. */
const silenceMsMax = 400_000;

/** What a policy would have done with what a structure has used. */
export function addReplayRoute(api: App, replays: Replays, isTrusted: IsTrusted): void {
  const places = new Places({ max: replaysMax, maxOverTcp: replaysMax, isTrusted });
  api.post(
    "/structures/:name/replay",
    {
      schema: {
        operationId: "replay",
        summary:
          "Run a policy over what a structure has used: what was beside what would have been",
        tags: ["history"],
        params: nameParameter,
        querystring: noQuerySchema,
        body: replayQuestionSchema,
        response: { 200: replaySchema },
      },
      config: {
        problems: [
          ...nameProblems,
          "SC_VALUE_OUT_OF_RANGE",
          "SC_POLICY_UNKNOWN",
          "SC_HISTORY_UNAVAILABLE",
          "SC_REPLAY_NO_DATA",
          "SC_REPLAY_UNSUPPORTED",
          "SC_REPLAY_BUSY",
          "SC_REPLAY_TIMEOUT",
          "SC_REPLAY_FAILED",
        ],
      },
    },
    async ({ params, body, raw }, reply) => {
      const isBusy = places.refusalOf(raw, "replays") !== undefined;
      if (isBusy) throw new RequestRefused(problem("SC_REPLAY_BUSY", "there is one at a time"));
      const now = Date.now() / 1000;
      const { from, to, ...others } = body;
      const question = { ...others, from: stampOf(from, now), to: stampOf(to, now) };
      const giveBack = places.take(raw);
      raw.socket.setTimeout(silenceMsMax);
      const gone = signalOfGone(reply.raw);
      return valueOrRefusal(
        // Only when its thread has ended: the next one takes the same core.
        await replays.replay(params.name, question, gone).finally(giveBack),
      );
    },
  );
}

const stampOf = (time: number | string | undefined, now: number): number | undefined =>
  typeof time === "number" ? time : timeOf(time, now);

/** Who asked does not wait any more. */
function signalOfGone(response: ServerResponse): AbortSignal {
  const gone = new AbortController();
  response.once("close", () => {
    if (!response.writableFinished) gone.abort();
  });
  return gone.signal;
}
