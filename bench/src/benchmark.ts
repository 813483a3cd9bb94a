/** One benchmark: what it is called, what it must reach, and how it is run. */
export interface Benchmark {
  readonly name: string;
  /** One line under the table: what was measured, and how. */
  readonly about: string;
  /** By the name of a figure, or of a column of rows. */
  readonly bounds: Readonly<Record<string, Bound>>;
  /** Names of further options, each with a value. */
  readonly options?: readonly string[];
  run(given: Given): Promise<BenchmarkResult>;
}

/** What was asked for on the command line. */
export interface Given {
  /** A smoke run, whose figures say little. */
  readonly isQuick: boolean;
  /** Of the benchmark's own options. */
  readonly values: Readonly<Record<string, string | undefined>>;
}

/** The most a figure may be, or the least. */
export type Bound = number | { readonly atLeast: number };

export type BenchmarkResult =
  | { readonly figures: Readonly<Record<string, number>> }
  | {
      readonly rows: readonly BenchmarkRow[];
      /** What the rows were made of, for JSON only. */
      readonly runs?: readonly BenchmarkRow[];
    };

/** All rows of a table have the same keys; `null`: there is no such figure. */
export type BenchmarkRow = Readonly<Record<string, string | number | null>>;
