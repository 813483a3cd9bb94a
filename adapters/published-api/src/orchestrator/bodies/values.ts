/**
 * Values as clients send them: numbers come as numbers or as text, switches as booleans or as text.
 * `undefined` = it is neither.
 */

/** No number of this interface is that large; what is beyond was not meant. */
const largest = 1e15;

export function numberOf(value: unknown): number | undefined {
  const number = typeof value === "string" ? numberInText(value) : value;
  if (typeof number !== "number" || !Number.isFinite(number)) return undefined;
  return Math.abs(number) <= largest ? number : undefined;
}

/** An empty text is zero to JavaScript, and so is `0x0`. */
const numberInText = (text: string): number =>
  /^\s*[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d{1,3})?\s*$/i.test(text) ? Number(text) : Number.NaN;

/** A number is cut to a whole one, a text must be whole. */
export function wholeNumberOf(value: unknown): number | undefined {
  const number = numberOf(value);
  if (number === undefined || typeof value === "number") return number && Math.trunc(number);
  return Number.isInteger(number) ? number : undefined;
}

export function flagOf(value: unknown): boolean | undefined {
  if (typeof value === "boolean") return value;
  const text = typeof value === "string" ? value.trim().toLowerCase() : undefined;
  if (text === "true") return true;
  return text === "false" ? false : undefined;
}

/** Ports come as numbers, too. */
export function textOf(value: unknown): string | undefined {
  if (typeof value === "number") return String(value);
  return typeof value === "string" ? value : undefined;
}
