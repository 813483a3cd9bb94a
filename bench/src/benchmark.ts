/** One benchmark: what it is called, what it must reach, and how it is run. */
export interface Benchmark {
  readonly name: string;
  /** One line under the table: what was measured, and how. */
  readonly about: string;
  /** By the name of a figure, or of a column of rows. */
  readonly bounds: Readonly<Record<string, Bound>>;
  /** `isQuick`: a smoke run, whose figures say little. */
  run(options: { readonly isQuick: boolean }): Promise<BenchmarkResult>;
}

/** The most a figure may be, or the least. */
export type Bound = number | { readonly atLeast: number };

export type BenchmarkResult =
  | { readonly figures: Readonly<Record<string, number>> }
  | { readonly rows: readonly BenchmarkRow[] };

/** All rows of a table have the same keys; `null`: there is no such figure. */
export type BenchmarkRow = Readonly<Record<string, string | number | null>>;
