import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

export const repository = fileURLToPath(new URL("../../", import.meta.url));

export interface Ended {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a program to its end, with nothing to read. */
export function run(program: string, words: readonly string[]): Promise<Ended> {
  const child = spawn(program, words, { stdio: ["ignore", "pipe", "pipe"] });
  const said = { stdout: "", stderr: "" };
  for (const stream of ["stdout", "stderr"] as const) {
    child[stream].setEncoding("utf8").on("data", (text: string) => {
      said[stream] += text;
    });
  }
  const { promise, resolve, reject } = Promise.withResolvers<Ended>();
  child.once("error", reject);
  child.once("close", (exitCode) => resolve({ exitCode, ...said }));
  return promise;
}

/** The command line, as an operator starts it. */
export const sctl = (...words: readonly string[]): Promise<Ended> =>
  run(`${repository}sctl`, words);
