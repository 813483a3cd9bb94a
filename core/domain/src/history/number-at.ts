/**
 * The number at a place that is there, as loops over readings know and types cannot. One that is not
 * there would be NaN: missing is not zero.
 */
export const numberAt = (numbers: ArrayLike<number>, index: number): number =>
  numbers[index] ?? Number.NaN;
