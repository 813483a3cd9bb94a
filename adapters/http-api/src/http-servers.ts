import { createServer, type RequestListener, type Server } from "node:http";
import { listenOnTcp } from "./listeners.ts";
import { answerUnreadable } from "./unreadable-requests.ts";

const closeGraceMs = 1000;
/** Of each listener, so that who fills TCP does not keep the socket's owner from steering. */
const connectionsMax = 256;
/** Who takes nothing of an answer for so long does not get the rest, which waits in our memory. */
const idleMsMax = 60_000;

/** With the bounds that everything of ours that listens has. */
export function boundedServer(handle: RequestListener): Server {
  const server = createServer({ headersTimeout: 10_000, requestTimeout: 30_000 }, handle);
  server.maxConnections = connectionsMax;
  server.setTimeout(idleMsMax);
  answerUnreadable(server);
  return server;
}

/** Requests under way get a moment to end; then every connection is cut. */
export async function closeServer(server: Server): Promise<void> {
  if (!server.listening) return;
  const { promise, resolve } = Promise.withResolvers<void>();
  server.close(() => resolve());
  const cut = setTimeout(() => server.closeAllConnections(), closeGraceMs);
  await promise;
  clearTimeout(cut);
}

export interface ServedRoutes {
  readonly port: number;
  close(): Promise<void>;
}

/** Routes at an address of their own, beside the API; who may ask is for them to say. */
export async function serveRoutes(handle: RequestListener, listen: string): Promise<ServedRoutes> {
  const server = boundedServer(handle);
  const port = await listenOnTcp(server, listen);
  return { port, close: () => closeServer(server) };
}
