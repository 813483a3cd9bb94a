/** One benchmark: what it is called, what it must reach, and how it is run. */
export interface Benchmark {
  readonly name: string;
  /** One line under the table: what was measured, and how. */
  readonly about: string;
  /** The most each figure may be. */
  readonly bounds: Readonly<Record<string, number>>;
  /** `isQuick`: a smoke run, whose figures say little. */
  run(options: { readonly isQuick: boolean }): Promise<Readonly<Record<string, number>>>;
}
