type Values = readonly (number | null)[];

/** Steps on each side that a value is judged by. */
const neighbours = 4;
/** A level is left when it is missed by more. */
const toleranceRatio = 0.1;

/**
 * A maximum as people set it, out of the integrals that are kept: a step is never read exactly on its
 * edge, so its mean is a little too high in one step and too low in the next. What most of its
 * neighbours say is meant.
 */
export function levelled(values: Values): Values {
  let level: number | undefined;
  return values.map((value, index) => {
    if (value === null) return null;
    const around = values.slice(Math.max(index - neighbours, 0), index + neighbours + 1);
    const meant = median(around.filter((each) => each !== null)) ?? value;
    const isLeft = level === undefined || Math.abs(meant - level) > level * toleranceRatio;
    if (isLeft) level = meant;
    return level ?? meant;
  });
}

function median(values: readonly number[]): number | undefined {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)];
}
