/** What a process is to fuzz. */
export interface FuzzTask {
  /** The file that defines the target. */
  readonly file: string;
  readonly target: string;
  readonly seed: number;
  /** The first and the one after the last of the runs of this seed. */
  readonly runs: readonly [first: number, end: number];
  /** Inputs of the first run that are known to hang or to kill: they fail without being tried. */
  readonly known: readonly number[];
  /** What a run tries at most while it shrinks. */
  readonly inputsMax: number;
  /** Runs that fail until it ends early. */
  readonly failuresMax: number;
}

/** What it tells, a line of JSON each, written before it goes on: a loop that hangs tells no more. */
export type FuzzMessage =
  | { readonly kind: "opened" }
  | { readonly kind: "input"; readonly run: number; readonly input: number }
  | {
      readonly kind: "failed";
      readonly run: number;
      readonly input: string;
      readonly error: string;
      readonly isServerError: boolean;
    }
  /** `next`: the run it would have gone on with. */
  | { readonly kind: "done"; readonly next: number };

/** The channel beside what a program prints. */
export const messageDescriptor = 3;
