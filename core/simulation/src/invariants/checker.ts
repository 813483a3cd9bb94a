import type { Fact } from "./facts.ts";

/** The invariants of the design, by their numbers there. */
export const invariantNumbers = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12] as const;
export type InvariantNumber = (typeof invariantNumbers)[number];

/** What did not hold. */
export interface Violation {
  readonly invariant: InvariantNumber;
  readonly text: string;
}

/** Looks at one fact for one invariant; answers with a sentence for each thing that does not hold. */
export interface InvariantChecker {
  readonly invariant: InvariantNumber;
  readonly title: string;
  readonly check: (fact: Fact) => readonly string[];
}

export const nothingBroken: readonly string[] = [];
