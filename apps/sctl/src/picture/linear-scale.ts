export interface Range {
  readonly from: number;
  readonly to: number;
}

/** Where a value lies on paper; an axis without length puts everything at its begin. */
export type Scale = (value: number) => number;

export function linearScale(values: Range, paper: Range): Scale {
  const length = values.to - values.from;
  const perUnit = length === 0 ? 0 : (paper.to - paper.from) / length;
  return (value) => paper.from + (value - values.from) * perUnit;
}
