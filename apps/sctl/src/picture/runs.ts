/** A value that held for one step of time. */
export interface Held {
  readonly from: number;
  readonly to: number;
  readonly value: number;
}

/** Steps that follow each other; between two runs something is not known. */
export type Run = readonly Held[];

interface Column {
  readonly stamps: readonly number[];
  readonly values: readonly (number | null)[];
  readonly stepSeconds: number;
}

/**
 * A column cut where it has gaps: where a value is not known, and where steps are left out. A line
 * drawn across a gap would claim what nobody measured.
 */
export function runsOf({ stamps, values, stepSeconds }: Column): readonly Run[] {
  const runs: Held[][] = [];
  let end = Number.NaN;
  for (const [index, from] of stamps.entries()) {
    const value = values[index] ?? undefined;
    if (value === undefined) {
      end = Number.NaN;
      continue;
    }
    const held = { from, to: from + stepSeconds, value };
    // Stamps may be a fraction beside the grid, so half a step is still no gap.
    const follows = from - end < stepSeconds / 2;
    if (follows) runs.at(-1)?.push(held);
    else runs.push([held]);
    end = held.to;
  }
  return runs;
}
