/*
 * Asks a web server for pages at the times it is told, however long the answers take: who waits for an
 * answer before the next question does not see what a stall does to those who come meanwhile. A program
 * of its own, run as `http-load.ts PLAN ANSWERS`; both are files of JSON.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { setTimeout as delay } from "node:timers/promises";
import type { Done } from "./workload.ts";

export interface HttpPlan {
  readonly socketPath: string;
  readonly questions: readonly { readonly atMs: number; readonly path: string }[];
}

const [planFile = "", answersFile = ""] = process.argv.slice(2);
const { socketPath, questions }: HttpPlan = JSON.parse(readFileSync(planFile, "utf8"));
const askAgainMs = 5;
const unixMs = (): number => performance.timeOrigin + performance.now();
const beginMs = unixMs();
const answers: Promise<Done>[] = [];
for (const { atMs, path } of questions) {
  const dueMs = beginMs + atMs;
  while (unixMs() < dueMs) await delay(dueMs - unixMs());
  answers.push(ask(path, dueMs));
}
writeFileSync(answersFile, JSON.stringify(await Promise.all(answers)));

/** A server that stands still long enough takes no more connections: then it is asked again. */
async function ask(path: string, dueMs: number): Promise<Done> {
  for (;;) {
    const endMs = await answerOf(path).catch((error: NodeJS.ErrnoException) => {
      if (error.code === "EAGAIN") return undefined;
      throw error;
    });
    if (endMs !== undefined) return { dueMs, endMs };
    await delay(askAgainMs);
  }
}

/** Each with a connection of its own, as different people ask; when its last byte was there. */
function answerOf(path: string): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  const headers = { "accept-encoding": "gzip" };
  const asked = request({ socketPath, path, headers, agent: false }, (answer) => {
    if (answer.statusCode !== 200) reject(new Error(`${path}: status ${answer.statusCode}`));
    answer.resume();
    answer.once("end", () => resolve(unixMs()));
    answer.once("error", reject);
  });
  asked.once("error", reject);
  asked.end();
  return promise;
}
