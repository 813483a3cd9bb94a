import { readFileSync } from "node:fs";
import { type Api, ApiClient, defaultSocketPath, type Target } from "@sc/api-client";
import { CommandFailed, UsageError } from "./errors.ts";

export interface ConnectionOptions {
  readonly socket?: string;
  readonly url?: string;
  readonly tokenFile?: string;
}

/** The server the options name, or the one of this host. */
export const connect = (options: ConnectionOptions): Api =>
  new ApiClient({ target: targetOf(options, process.env.SC_SOCKET) });

export function targetOf(options: ConnectionOptions, fromEnvironment: string | undefined): Target {
  const { socket, url, tokenFile } = options;
  if (url === undefined) {
    if (tokenFile !== undefined)
      throw new UsageError("--token-file is for --url: a socket needs none");
    return { kind: "socket", path: socket ?? fromEnvironment ?? defaultSocketPath() };
  }
  if (socket !== undefined) throw new UsageError("--socket and --url name two servers: give one");
  const parsed = URL.parse(url);
  if (parsed === null || parsed.protocol !== "http:") {
    throw new UsageError(`--url is ${url}, expected http://HOST:PORT`);
  }
  return { kind: "url", url: parsed, token: tokenFile && readToken(tokenFile) };
}

function readToken(path: string): string {
  try {
    return readFileSync(path, "utf8").trim();
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new CommandFailed("SC_TOKEN_UNREADABLE", `the token cannot be read: ${why}`, {
      cause: error,
    });
  }
}
