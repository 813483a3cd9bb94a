/** The kernel prints "no limit" as a number above what a double can hold exactly. */
const safeMaximum = Number.MAX_SAFE_INTEGER;

const zero = 0x30;
const nine = 0x39;
const minus = 0x2d;
const space = 0x20;
const newline = 0x0a;
/** How v2 writes "no limit"; as a number it is what v1 writes for no quota. */
const maxWord = Buffer.from("max");
const noLimit = -1;

/**
 * The whole number a file begins with; `undefined` when it does not begin with one, or with one that no
 * double can hold. Read from bytes: this runs a thousand times a second and a string for each would be garbage.
 */
export function parseInteger(bytes: Buffer, length: number, from = 0): number | undefined {
  let at = from;
  const isNegative = at < length && bytes[at] === minus;
  if (isNegative) at += 1;
  let value = 0;
  const firstDigit = at;
  while (at < length) {
    const byte = bytes[at] ?? 0;
    if (byte < zero || byte > nine) break;
    value = value * 10 + (byte - zero);
    at += 1;
  }
  if (at === firstDigit || !Number.isFinite(value)) return undefined;
  return isNegative ? -value : value;
}

/** As `parseInteger`, with the kernel's "no limit" as `null`: `max`, or a number of v1's. */
export function parseLimit(bytes: Buffer, length: number): number | null | undefined {
  const isMax = length >= maxWord.length && bytes.compare(maxWord, 0, 3, 0, 3) === 0;
  if (isMax) return null;
  const value = parseInteger(bytes, length);
  return value !== undefined && value > safeMaximum ? null : value;
}

/**
 * All numbers of a file's first line, `max` as −1; `undefined` when anything else stands there, or
 * nothing.
 */
export function parseNumbers(bytes: Buffer, length: number): readonly number[] | undefined {
  const numbers: number[] = [];
  let at = 0;
  while (at < length && bytes[at] !== newline) {
    let end = at;
    while (end < length && bytes[end] !== space && bytes[end] !== newline) end += 1;
    const number = numberBetween(bytes, at, end);
    if (number === undefined) return undefined;
    numbers.push(number);
    at = end < length && bytes[end] === space ? end + 1 : end;
  }
  return numbers.length === 0 ? undefined : numbers;
}

function numberBetween(bytes: Buffer, from: number, end: number): number | undefined {
  if (end - from === maxWord.length && bytes.compare(maxWord, 0, 3, from, end) === 0)
    return noLimit;
  for (let at = bytes[from] === minus ? from + 1 : from; at < end; at += 1) {
    const byte = bytes[at] ?? 0;
    if (byte < zero || byte > nine) return undefined;
  }
  return parseInteger(bytes, end, from);
}

/** The number behind `key ` at the beginning of a line of a `key value` file. */
export function parseKeyed(bytes: Buffer, length: number, key: Buffer): number | undefined {
  let lineStart = 0;
  while (lineStart < length) {
    if (startsWithKey(bytes, { length, at: lineStart, key })) {
      return parseInteger(bytes, length, lineStart + key.length + 1);
    }
    const lineEnd = bytes.indexOf(newline, lineStart);
    if (lineEnd < 0 || lineEnd >= length) return undefined;
    lineStart = lineEnd + 1;
  }
  return undefined;
}

/**
 * The same for many keys in one pass, as a long file is slow to walk through; in the order of the keys,
 * `undefined` for those that are not there.
 */
export function parseManyKeyed(
  bytes: Buffer,
  length: number,
  keys: readonly Buffer[],
): readonly (number | undefined)[] {
  const values: (number | undefined)[] = keys.map(() => undefined);
  let lineStart = 0;
  while (lineStart < length) {
    const at = lineStart;
    const found = keys.findIndex((key) => startsWithKey(bytes, { length, at, key }));
    const key = keys[found];
    if (key !== undefined) values[found] ??= parseInteger(bytes, length, at + key.length + 1);
    const lineEnd = bytes.indexOf(newline, lineStart);
    if (lineEnd < 0 || lineEnd >= length) break;
    lineStart = lineEnd + 1;
  }
  return values;
}

function startsWithKey(
  bytes: Buffer,
  where: { readonly length: number; readonly at: number; readonly key: Buffer },
): boolean {
  const { length, at, key } = where;
  if (at + key.length >= length || bytes[at + key.length] !== space) return false;
  for (let index = 0; index < key.length; index += 1) {
    if (bytes[at + index] !== key[index]) return false;
  }
  return true;
}
