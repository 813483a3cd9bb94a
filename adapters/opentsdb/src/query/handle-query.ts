import type { IncomingMessage, ServerResponse } from "node:http";
import { err, ok, type Result } from "@sc/domain";
import type { Clock } from "@sc/ports";
import { answerJson, errorBody } from "../answers.ts";
import { readBody } from "../read-body.ts";
import type { Turns } from "../turns.ts";
import { answerQuery, type QueryDeps } from "./answer-query.ts";
import { parseQuery } from "./parse-query.ts";

/** A hundred sub queries, each with hundreds of names. */
const queryBytesMost = 256 * 1024;

/** `/api/query`; clients take a 400 for no data, and every other fault for a server that is down. */
export async function handleQuery(
  request: IncomingMessage,
  response: ServerResponse,
  { turns, clock, ...deps }: QueryDeps & { readonly turns: Turns; readonly clock: Clock },
): Promise<void> {
  const body = await readJson(request, turns);
  const query = body.ok ? parseQuery(body.value, clock.wall()) : body;
  if (query.ok) answerJson(response, 200, await answerQuery(query.value, deps));
  else answerJson(response, 400, errorBody(400, query.error));
}

async function readJson(request: IncomingMessage, turns: Turns): Promise<Result<unknown, string>> {
  const pieces: Buffer[] = [];
  let bytes = 0;
  const why = await readBody(request, turns, (piece) => {
    bytes += piece.length;
    pieces.push(piece);
    return bytes <= queryBytesMost;
  });
  if (why !== undefined) return err(why);
  if (bytes > queryBytesMost) return err(`a query has at most ${queryBytesMost} bytes`);
  try {
    return ok(JSON.parse(Buffer.concat(pieces).toString("utf8")));
  } catch {
    return err("the query is no JSON");
  }
}
