/** One benchmark: what it is called, what it must reach, and how it is run. */
export interface Benchmark {
  readonly name: string;
  /** One line under the table: what was measured, and how. */
  readonly about: string;
  readonly bounds: Readonly<Record<string, Bound>>;
  /** `isQuick`: a smoke run, whose figures say little. */
  run(options: { readonly isQuick: boolean }): Promise<Readonly<Record<string, number>>>;
}

export interface Bound {
  readonly is: "at most" | "at least";
  readonly value: number;
}

export const atMost = (value: number): Bound => ({ is: "at most", value });
export const atLeast = (value: number): Bound => ({ is: "at least", value });
