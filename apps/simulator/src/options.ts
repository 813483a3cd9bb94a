import { type ParseArgsOptionsConfig, parseArgs } from "node:util";
import { UsageError } from "./errors.ts";

/** What the words say about the options that a command knows. */
export function readOptions<const Options extends ParseArgsOptionsConfig>(
  words: readonly string[],
  options: Options,
) {
  try {
    return parseArgs({ args: [...words], options, allowPositionals: false, strict: true }).values;
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    // Node's advice about a leading dash helps nobody here.
    throw new UsageError(text.replace(/\. .*$/s, ""));
  }
}

/** The value of a numeric option within its bounds. */
export function wholeNumber(
  name: string,
  text: string,
  { least, most = Number.MAX_SAFE_INTEGER }: { readonly least: number; readonly most?: number },
): number {
  const value = Number(text);
  if (text.trim() !== "" && Number.isSafeInteger(value) && value >= least && value <= most)
    return value;
  const bound = most === Number.MAX_SAFE_INTEGER ? `from ${least}` : `from ${least} to ${most}`;
  throw new UsageError(`--${name} is a whole number ${bound}, not "${text}"`);
}
