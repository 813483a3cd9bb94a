import { seedOfRun } from "@sc/domain/testing";
import type { FuzzMessage, FuzzTask } from "./fuzz-message.ts";
import { type ProcessEnd, watchProcess } from "./watch-process.ts";

export interface Finding {
  readonly kind: "crash" | "hang" | "serverError";
  /** One run of this seed finds it again. */
  readonly seed: number;
  readonly run: number;
  /** As small as shrinking made it; `undefined` when there was no input yet. */
  readonly input: string | undefined;
  readonly error: string;
}

export interface TargetResult {
  readonly target: string;
  readonly runs: number;
  readonly findings: readonly Finding[];
}

export interface TargetOptions {
  readonly file: string;
  readonly target: string;
  readonly runs: number;
  readonly seed: number;
  readonly hangSeconds: number;
  /** Where targets may leave files. */
  readonly folder: string;
}

/** More of the same say no more, and each costs the time to shrink it. */
const findingsMax = 10;
/** What shrinking has by then is small enough to read. */
const inputsMax = 500;
/** Each try of an input that hangs costs the whole time that makes a hang. */
const shrinkTriesMax = 12;

type Failed = Extract<FuzzMessage, { kind: "failed" }>;
type BadEnd = Exclude<ProcessEnd, { kind: "done" }>;
type EndAtInput = BadEnd & { readonly at: NonNullable<BadEnd["at"]> };

/** All runs of one target, in one process after another: each goes on behind what ended the last. */
export async function fuzzTargetRuns(options: TargetOptions): Promise<TargetResult> {
  const { target, runs } = options;
  const findings: Finding[] = [];
  let next = 0;
  while (next < runs && findings.length < findingsMax) {
    const { end, failed } = await runProcess(options, {
      runs: [next, runs],
      failuresMax: findingsMax - findings.length,
    });
    for (const each of failed) findings.push(failureOf(options, each));
    if (end.kind === "done") {
      next = end.next;
      continue;
    }
    const { at } = end;
    findings.push(
      at === undefined ? brokenStart(options, end) : await shrunk(options, { ...end, at }),
    );
    next = at === undefined ? runs : at.run + 1;
  }
  return { target, runs: next, findings };
}

/** One process, and what it said failed. */
async function runProcess(
  options: TargetOptions,
  some: Pick<FuzzTask, "runs"> & Partial<FuzzTask>,
) {
  const { file, target, seed, hangSeconds, folder } = options;
  const failed: Failed[] = [];
  const task = { file, target, seed, known: [], inputsMax, failuresMax: 1, ...some };
  const end = await watchProcess(task, {
    hangSeconds,
    folder,
    onFailed: (each) => void failed.push(each),
  });
  return { end, failed };
}

function failureOf({ seed }: TargetOptions, { run, input, error, isServerError }: Failed): Finding {
  const kind = isServerError ? "serverError" : "crash";
  return { kind, seed: seedOfRun(seed, run), run, input, error };
}

const kindOf = ({ kind }: BadEnd) => (kind === "hung" ? "hang" : "crash");

const brokenStart = ({ seed }: TargetOptions, end: BadEnd): Finding => ({
  kind: kindOf(end),
  seed,
  run: 0,
  input: undefined,
  error: end.why,
});

/**
 * The smallest input that ends a process like this one. A process that is gone cannot shrink, so the
 * run is made again in a new one where what is known to hang fails at once; the next one to hang is
 * smaller, and so on.
 */
async function shrunk(options: TargetOptions, first: EndAtInput): Promise<Finding> {
  const { run } = first.at;
  const known = [first.at.input];
  const seed = seedOfRun(options.seed, run);
  const found = { kind: kindOf(first), seed, run, error: first.why } as const;
  for (let tries = 0; tries <= shrinkTriesMax; tries += 1) {
    // In the end nothing new is tried, and the smallest that is known is told.
    const isLast = tries === shrinkTriesMax;
    const { end, failed } = await runProcess(options, {
      runs: [run, run + 1],
      known,
      inputsMax: isLast ? Math.max(...known) + 1 : inputsMax,
    });
    if (end.kind === "done" || end.at === undefined) return { ...found, input: failed[0]?.input };
    known.push(end.at.input);
  }
  return { ...found, input: undefined };
}
