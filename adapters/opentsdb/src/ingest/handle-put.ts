import type { IncomingMessage, ServerResponse } from "node:http";
import { answerJson, answerNothing, errorBody } from "../answers.ts";
import { readBody } from "../read-body.ts";
import type { Turns } from "../turns.ts";
import type { Ingest, PutOutcome } from "./ingest.ts";

/**
 * `/api/put`. Senders of BDWatchdog take 204 and 400 for an end; whatever else they are told, 200 too,
 * has them send the same points again until they give up. So a body that is bad in part is taken as far
 * as it is good, with 204, and what is no list of points is refused with 400. Only who asks for details
 * is told them, with the status that OpenTSDB has for it.
 */
export async function handlePut(
  request: IncomingMessage,
  response: ServerResponse,
  { ingest, turns }: { readonly ingest: Ingest; readonly turns: Turns },
): Promise<void> {
  const put = ingest.begin();
  const why = await readBody(request, turns, (piece) => put.feed(piece));
  const outcome = put.end(why);
  const asked = new URL(request.url ?? "", "http://host").searchParams;
  if (outcome.fault !== undefined) answerJson(response, 400, errorBody(400, outcome.fault));
  else if (asked.has("details")) answerDetails(response, outcome);
  else if (asked.has("summary")) answerSummary(response, outcome);
  else answerNothing(response);
}

const statusOf = ({ failed }: PutOutcome): number => (failed > 0 ? 400 : 200);

function answerDetails(response: ServerResponse, outcome: PutOutcome): void {
  const { errors, failed, success } = outcome;
  answerJson(response, statusOf(outcome), { errors, failed, success });
}

function answerSummary(response: ServerResponse, outcome: PutOutcome): void {
  const { failed, success } = outcome;
  answerJson(response, statusOf(outcome), { failed, success });
}
