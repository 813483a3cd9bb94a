/*
 * Runs commands inside a container, each when it is due, or after the one before it, and tells when
 * each was due and when it had ended. Its one argument is the list, as JSON.
 */
import { spawn } from "node:child_process";
import { setTimeout as delay } from "node:timers/promises";
import type { Done } from "./workload.ts";

export interface Job {
  /** From the beginning; `null` = when the one before it has ended. */
  readonly atMs: number | null;
  readonly command: readonly string[];
}

const unixMs = (): number => performance.timeOrigin + performance.now();

const jobs: readonly Job[] = JSON.parse(process.argv[2] ?? "[]");
const beginMs = unixMs();
const ends: Promise<Done>[] = [];
for (const { atMs, command } of jobs) {
  if (atMs === null) await ends.at(-1);
  const dueMs = atMs === null ? unixMs() : beginMs + atMs;
  while (unixMs() < dueMs) await delay(dueMs - unixMs());
  ends.push(endOf(command, dueMs));
}
process.stdout.write(JSON.stringify(await Promise.all(ends)));

function endOf([program = "", ...words]: readonly string[], dueMs: number): Promise<Done> {
  const { promise, resolve, reject } = Promise.withResolvers<Done>();
  const child = spawn(program, words, { stdio: ["ignore", "ignore", "inherit"] });
  child.once("error", reject);
  child.once("exit", (code, signal) => {
    if (code === 0) resolve({ dueMs, endMs: unixMs() });
    else reject(new Error(`${program} ${words.join(" ")}: ${code ?? signal}`));
  });
  return promise;
}
