const unitSeconds: ReadonlyMap<string, number> = new Map([
  ["s", 1],
  ["m", 60],
  ["h", 3600],
  ["d", 86_400],
]);

/** Unix seconds of `1700000000`, or of `-15m`, which is before now; the schema let nothing else in. */
export function timeOf(text: string | undefined, nowSeconds: number): number | undefined {
  if (text === undefined) return undefined;
  const seconds = unitSeconds.get(text.slice(-1));
  return seconds === undefined ? Number(text) : nowSeconds + Number(text.slice(0, -1)) * seconds;
}
