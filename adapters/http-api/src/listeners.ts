import { chmod, lstat, mkdir, unlink } from "node:fs/promises";
import type { Server } from "node:http";
import { connect, type ListenOptions } from "node:net";
import { dirname } from "node:path";
import { ListenFailed } from "./errors.ts";

/** Root and its group; everybody else has the reads of loopback TCP. */
const socketMode = 0o660;

/** Takes the place of a socket nobody listens on any more, and of nothing else. */
export async function listenOnSocket(server: Server, path: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o755 });
  await removeStaleSocket(path);
  await onlyForOwner(() => listen(server, { path }, path));
  await chmod(path, socketMode);
}

/**
 * The socket is there before its mode can be set: whatever the umask we were started with, nobody
 * connects in between. It is bound before `begin` returns, so nothing else is made under this umask.
 */
function onlyForOwner<Answer>(begin: () => Answer): Answer {
  const before = process.umask(0o177);
  try {
    return begin();
  } finally {
    process.umask(before);
  }
}

/** `listen` is `host:port`, as the configuration checked it. Answers with the port, also for 0. */
export async function listenOnTcp(server: Server, address: string): Promise<number> {
  const colon = address.lastIndexOf(":");
  const host = address.slice(0, colon).replace(/^\[|\]$/g, "");
  await listen(server, { host, port: Number(address.slice(colon + 1)), exclusive: true }, address);
  const bound = server.address();
  return typeof bound === "object" && bound !== null ? bound.port : 0;
}

async function removeStaleSocket(path: string): Promise<void> {
  const found = await lstat(path).catch(() => undefined);
  if (found === undefined) return;
  if (!found.isSocket()) {
    const why = "there is a file that is no socket; move it away";
    throw new ListenFailed("SC_SOCKET_UNUSABLE", { address: path, why });
  }
  if (await answers(path)) {
    const why = "another server is listening there; stop it first";
    throw new ListenFailed("SC_SERVER_RUNNING", { address: path, why });
  }
  await unlink(path);
}

function answers(path: string): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const socket = connect(path);
  socket.on("connect", () => resolve(true));
  socket.on("error", () => resolve(false));
  return promise.finally(() => socket.destroy());
}

async function listen(server: Server, options: ListenOptions, address: string): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once("error", reject);
  server.listen(options, resolve);
  try {
    await promise;
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new ListenFailed("SC_LISTEN_FAILED", { address, why }, { cause: error });
  } finally {
    server.off("error", reject);
  }
}
