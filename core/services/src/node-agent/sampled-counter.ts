/** So many samples are missing, at least for so long: containers may have stood still with us. */
const gapSamples = 10;
const gapSecondsLeast = 5;

/** `undefined` when one of the two is not known, or when the counter began anew. */
export function differenceOf(
  now: number | undefined,
  before: number | undefined,
): number | undefined {
  if (now === undefined || before === undefined || now < before) return undefined;
  return now - before;
}

/** Nobody looked for so long that the window says nothing of now. */
export const isGap = (windowSeconds: number | undefined, sampleSeconds: number): boolean =>
  windowSeconds !== undefined &&
  windowSeconds > Math.max(sampleSeconds * gapSamples, gapSecondsLeast);
