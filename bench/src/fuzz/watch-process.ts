import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { fileURLToPath } from "node:url";
import { type FuzzMessage, type FuzzTask, messageDescriptor } from "./fuzz-message.ts";

/** How a process ended: having tried all, or at an input that hung it or killed it. */
export type ProcessEnd =
  | { readonly kind: "done"; readonly next: number }
  | {
      readonly kind: "hung" | "died";
      /** `undefined` = before the first input. */
      readonly at: { readonly run: number; readonly input: number } | undefined;
      readonly why: string;
    };

export interface WatchOptions {
  /** Silence for so long is a hang. */
  readonly hangSeconds: number;
  /** Where the process may leave files; removed by who made it. */
  readonly folder: string;
  readonly onFailed: (failed: Extract<FuzzMessage, { kind: "failed" }>) => void;
}

const program = fileURLToPath(new URL("./fuzz-process.ts", import.meta.url));
const lookEveryMs = 100;
/** To load the code and to make a world; on a machine that has much else to do. */
const openSecondsMin = 60;
const shownMaxLength = 2000;

/** Runs a task in a process and looks at it from outside: what hangs cannot stop itself. */
export async function watchProcess(task: FuzzTask, options: WatchOptions): Promise<ProcessEnd> {
  // It dies with who started it, also while it hangs.
  const words = ["--pdeathsig", "KILL", process.execPath, program, JSON.stringify(task)];
  const child = spawn("setpriv", words, {
    stdio: ["ignore", "ignore", "pipe", "pipe"],
    // All load the same code; the first leaves it compiled for the others.
    env: { ...process.env, TMPDIR: options.folder, NODE_COMPILE_CACHE: `${options.folder}/code` },
  });
  let complaint = "";
  child.stderr?.on("data", (part) => {
    complaint = `${complaint}${String(part)}`.slice(-shownMaxLength);
  });
  let at: { readonly run: number; readonly input: number } | undefined;
  let done: ProcessEnd | undefined;
  let isHung = false;
  let heardAt = performance.now();
  let allowedSeconds = Math.max(openSecondsMin, options.hangSeconds);
  const watchdog = setInterval(() => {
    if (performance.now() - heardAt < allowedSeconds * 1000) return;
    isHung = true;
    child.kill("SIGKILL");
  }, lookEveryMs);
  const ended = new Promise<string>((resolve) =>
    child.once("close", (status, signal) => resolve(String(signal ?? status))),
  );
  const channel = child.stdio[messageDescriptor] as Readable;
  for await (const line of createInterface({ input: channel })) {
    const message: FuzzMessage = JSON.parse(line);
    heardAt = performance.now();
    if (message.kind === "opened") allowedSeconds = options.hangSeconds;
    if (message.kind === "input") at = message;
    if (message.kind === "failed") options.onFailed(message);
    if (message.kind === "done") done = message;
  }
  const status = await ended;
  clearInterval(watchdog);
  if (done !== undefined) return done;
  if (isHung) return { kind: "hung", at, why: `no answer within ${allowedSeconds} s` };
  return { kind: "died", at, why: `the process ended with ${status}; it said:\n${complaint}` };
}
