import { execFile } from "node:child_process";
import { err, ok, type Result } from "@sc/domain";

/** They ask the kernel and answer in milliseconds; what takes longer will not answer. */
const timeoutMs = 5000;
/** Each is a process: a host with many containers is asked step by step. */
const runningMax = 2;
/** A thousand interfaces are 1 MB. */
const outputBytesMax = 64 * 1_048_576;

export interface CommandFailure {
  /** The program is not installed. */
  readonly isMissing: boolean;
  readonly text: string;
}

export type RunCommand = (
  words: readonly [string, ...string[]],
  input?: string,
) => Promise<Result<string, CommandFailure>>;

/** Runs programs without a shell, a few at a time, each for a bounded time. `before`: words in front of each. */
export function commandRunner(before: readonly string[]): RunCommand {
  const waiting: (() => void)[] = [];
  let running = 0;
  const enter = async (): Promise<void> => {
    if (running < runningMax) running += 1;
    // Who leaves hands its place on.
    else await new Promise<void>((resolve) => waiting.push(resolve));
  };
  const leave = (): void => {
    const next = waiting.shift();
    if (next === undefined) running -= 1;
    else next();
  };
  return async (words, input = "") => {
    await enter();
    try {
      return await run([...before, ...words], input);
    } finally {
      leave();
    }
  };
}

function run(
  [file = "", ...words]: readonly string[],
  input: string,
): Promise<Result<string, CommandFailure>> {
  const options = {
    timeout: timeoutMs,
    killSignal: "SIGKILL",
    maxBuffer: outputBytesMax,
    env: { PATH: "/usr/sbin:/usr/bin:/sbin:/bin", LC_ALL: "C" },
  } as const;
  return new Promise((resolve) => {
    const child = execFile(file, words, options, (error, stdout, stderr) => {
      if (error === null) return resolve(ok(stdout));
      const isMissing = error.code === "ENOENT";
      const said = stderr.trim().split("\n")[0] ?? "";
      const text = said === "" ? error.message : said;
      resolve(err({ isMissing, text: `${file} ${words[0] ?? ""}: ${text}` }));
    });
    // Where it could not be started, or has ended, nobody reads.
    child.stdin?.on("error", () => undefined).end(input);
  });
}
