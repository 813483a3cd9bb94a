import type { IncomingMessage, RequestListener, Server } from "node:http";
import { performance } from "node:perf_hooks";
import type { Problem } from "@sc/contracts";
import type { Log } from "@sc/ports";
import { refuseOverTcp } from "./access.ts";
import { createApp } from "./app.ts";
import { EventStreams } from "./event-streams.ts";
import type { ApiFaces } from "./faces.ts";
import { dispatch, type FurtherRoutes } from "./further-routes.ts";
import { boundedServer, closeServer } from "./http-servers.ts";
import { listenOnSocket, listenOnTcp } from "./listeners.ts";
import { LoadGate } from "./load-gate.ts";
import type { IsTrusted } from "./places.ts";
import { problem } from "./problems.ts";

export interface HttpApiOptions {
  readonly faces: ApiFaces;
  readonly socketPath: string;
  /** `127.0.0.1:5000`; `null` = the socket only. Whatever it is, the API answers this host alone. */
  readonly listen: string | null;
  /** What else is served there. */
  readonly further?: readonly FurtherRoutes[];
  /** What writes over TCP must present. */
  readonly token: string;
  readonly log: Log;
}

export interface HttpApi {
  /** The TCP port; `undefined` when there is none. */
  readonly port: number | undefined;
  /** Requests under way get a moment to end; then every connection is cut. */
  close(): Promise<void>;
}

/** Serves the API on its unix socket and over TCP. */
export async function startHttpApi(options: HttpApiOptions): Promise<HttpApi> {
  const overSocket = new WeakSet<IncomingMessage>();
  const { faces, token, log } = options;
  // Over the unix socket the mode of its file says who may ask, and for all there is.
  const isTrusted: IsTrusted = (request) => overSocket.has(request);
  const streams = new EventStreams({ log, isTrusted });
  const gate = newLoadGate();
  const refuse = (request: IncomingMessage): Problem | undefined =>
    isTrusted(request) ? undefined : (refuseLoad(gate) ?? refuseOverTcp(request, token));
  const app = createApp({ faces, streams, isTrusted, log, refuse });
  await app.ready();
  const servers: Server[] = [];
  const serve = (handle: RequestListener): Server => {
    const server = boundedServer(handle);
    servers.push(server);
    return server;
  };
  const close = async (): Promise<void> => {
    streams.close();
    await Promise.all(servers.map(closeServer));
    await app.close();
  };
  try {
    const socketServer = serve((request, response) => {
      overSocket.add(request);
      app.routing(request, response);
    });
    await listenOnSocket(socketServer, options.socketPath);
    const overTcp = dispatch(options.further ?? [], app.routing);
    const port =
      options.listen === null ? undefined : await listenOnTcp(serve(overTcp), options.listen);
    return { port, close };
  } catch (error) {
    await close();
    throw error;
  }
}

const newLoadGate = (): LoadGate =>
  new LoadGate({
    nowMs: () => performance.now(),
    busyMs: () => performance.eventLoopUtilization().active,
  });

function refuseLoad(gate: LoadGate): Problem | undefined {
  if (gate.admits()) return undefined;
  const detail =
    "the server has more to do than to answer; ask again in a second, or over the unix socket";
  return problem("SC_TOO_MANY_REQUESTS", detail);
}
