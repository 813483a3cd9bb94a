import type { ChildProcess } from "node:child_process";
import { text } from "node:stream/consumers";

/** Its exit status, or the signal that ended it; ends it when `signal` comes, and throws that. */
export async function endOf(
  child: ChildProcess,
  signal: AbortSignal,
): Promise<number | NodeJS.Signals | null> {
  const { promise, resolve, reject } = Promise.withResolvers<number | NodeJS.Signals | null>();
  const abort = (): void => {
    child.kill("SIGKILL");
    reject(signal.reason);
  };
  child.once("error", reject);
  child.once("close", (code, by) => resolve(code ?? by));
  signal.addEventListener("abort", abort, { once: true });
  try {
    signal.throwIfAborted();
    return await promise;
  } finally {
    signal.removeEventListener("abort", abort);
  }
}

/** What it said, when it has ended well. */
export async function outputOf(child: ChildProcess, signal: AbortSignal): Promise<string> {
  const { stdout, stderr, spawnargs } = child;
  if (stdout === null || stderr === null) throw new Error(`${spawnargs.join(" ")} has no pipes`);
  const [said, complained, status] = await Promise.all([
    text(stdout),
    text(stderr),
    endOf(child, signal),
  ]);
  if (status !== 0) throw new Error(`${spawnargs.join(" ")}: ${status}\n${complained}`);
  return said;
}
