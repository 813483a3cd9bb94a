import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";

const fromRunFolder = "serverless-containers/api.sock";
const systemSocket = join("/run", fromRunFolder);

/** Where a server listens by default: the system's, unless one of this user's own is there. */
export function defaultSocketPath(): string {
  if (process.getuid?.() === 0) return systemSocket;
  const { XDG_RUNTIME_DIR, XDG_STATE_HOME } = process.env;
  const own = XDG_RUNTIME_DIR?.startsWith("/")
    ? join(XDG_RUNTIME_DIR, fromRunFolder)
    : join(
        XDG_STATE_HOME?.startsWith("/") ? XDG_STATE_HOME : join(homedir(), ".local/state"),
        "serverless-containers/run/api.sock",
      );
  return existsSync(own) ? own : systemSocket;
}
