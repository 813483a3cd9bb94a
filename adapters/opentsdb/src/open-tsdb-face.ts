import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import type { Clock, Log, PostedCounters, PostedUsage } from "@sc/ports";
import { answerJson, errorBody } from "./answers.ts";
import { handlePut } from "./ingest/handle-put.ts";
import { Ingest } from "./ingest/ingest.ts";
import { handleQuery } from "./query/handle-query.ts";
import type { OwnSeriesSources } from "./query/own-series.ts";
import { SeriesStore } from "./series/series-store.ts";
import { Turns } from "./turns.ts";

export interface OpenTsdbFaceOptions extends OwnSeriesSources {
  readonly clock: Clock;
  readonly log: Log;
  /** Who makes usage samples of what is posted; absent = nobody does. */
  readonly usage?: PostedUsage | undefined;
  /** For how long what is posted can be asked for. */
  readonly keepSeconds: number;
  /** Why a request is not answered, whatever it asks; before anything else of it is looked at. */
  readonly refuse: (request: IncomingMessage) => string | undefined;
}

/** What monitors know of OpenTSDB: `/api/put` and `/api/query`. */
export interface OpenTsdbFace {
  readonly handle: RequestListener;
  counters(): PostedCounters;
}

export function openTsdbFace(options: OpenTsdbFaceOptions): OpenTsdbFace {
  const { clock, histories, log, names, refuse, usage } = options;
  const store = new SeriesStore(options.keepSeconds);
  const ingest = new Ingest({ store, clock, usage });
  const turns = new Turns();
  const routes: ReadonlyMap<string, Handler> = new Map([
    ["/api/put", (request, response) => handlePut(request, response, { ingest, turns })],
    [
      "/api/query",
      (request, response) =>
        handleQuery(request, response, { store, turns, clock, histories, names }),
    ],
  ]);
  const handle = (request: IncomingMessage, response: ServerResponse): void => {
    const refused = refuse(request);
    const path = (request.url ?? "").split("?", 1)[0]?.replace(/\/+/g, "/").replace(/\/$/, "");
    const route = routes.get(path ?? "");
    if (refused !== undefined) turnAway(request, response, { status: 403, message: refused });
    else if (route === undefined) {
      turnAway(request, response, { status: 404, message: "Endpoint not found" });
    } else if (request.method !== "POST") {
      response.setHeader("allow", "POST");
      turnAway(request, response, { status: 405, message: "Method not allowed: POST is" });
    } else {
      route(request, response).catch((error: unknown) => {
        log.error("a request of a monitor failed", { path, cause: error });
        if (response.headersSent) response.destroy();
        else answerJson(response, 500, errorBody(500, "a fault of ours: the log says more"));
      });
    }
  };
  return { handle, counters: () => ingest.counters() };
}

type Handler = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

function turnAway(
  request: IncomingMessage,
  response: ServerResponse,
  { status, message }: { readonly status: number; readonly message: string },
): void {
  request.resume();
  answerJson(response, status, errorBody(status, message));
}
