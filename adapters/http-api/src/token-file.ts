import { randomBytes } from "node:crypto";
import { link, mkdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import type { Log } from "@sc/ports";
import { TokenUnreadable } from "./errors.ts";

const tokenPattern = /^[A-Za-z0-9_-]{32,}$/;
const forOthers = 0o077;

/**
 * The token that writes over TCP need; made at the first start, readable by its owner only. One that
 * other users could read may be known to them by now: another takes its place.
 */
export async function loadOrCreateToken(path: string, log: Log): Promise<string> {
  const token = await read(path);
  if (token === undefined) return create(path);
  const { mode } = await stat(path);
  if ((mode & forOthers) === 0) return token;
  log.warn("the token could be read by other users: a new one takes its place", {
    path,
    mode: (mode & 0o777).toString(8),
  });
  await rm(path);
  return create(path);
}

async function read(path: string): Promise<string | undefined> {
  const text = await readText(path).catch((error: unknown) => {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    const why = error instanceof Error ? error.message : String(error);
    throw new TokenUnreadable(path, why, { cause: error });
  });
  if (text === undefined) return undefined;
  const token = text.trim();
  if (!tokenPattern.test(token)) {
    throw new TokenUnreadable(path, "it holds no token (32 or more of A-Z a-z 0-9 _ -)");
  }
  return token;
}

/** A pipe that nobody writes to would be waited for without end. */
async function readText(path: string): Promise<string> {
  if (!(await stat(path)).isFile()) throw new Error("it is no file");
  return readFile(path, "utf8");
}

/** Written beside and linked into place, so that nobody ever reads half a token. */
async function create(path: string): Promise<string> {
  const token = randomBytes(32).toString("base64url");
  const temporary = `${path}.new`;
  await mkdir(dirname(path), { recursive: true, mode: 0o755 });
  await rm(temporary, { force: true });
  await writeFile(temporary, `${token}\n`, { mode: 0o600, flag: "wx" });
  await link(temporary, path);
  await rm(temporary);
  return token;
}
