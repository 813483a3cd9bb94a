import { type TObject, type TProperties, Type } from "typebox";

/**
 * How one key of the configuration file is written down: the schema checks it, and `expected` and
 * `description` say the same to people, in messages and in the reference page.
 */
const texts = (expected: string, meaning: string, preset: unknown) => ({
  expected,
  description: meaning,
  default: preset,
});

interface Range {
  readonly from: number;
  readonly to: number;
}

export const numberKey = (range: Range, preset: number, meaning: string) =>
  Type.Number({
    minimum: range.from,
    maximum: range.to,
    ...texts(`a number from ${range.from} to ${range.to}`, meaning, preset),
  });

export const wholeNumberKey = (range: Range, preset: number, meaning: string) =>
  Type.Integer({
    minimum: range.from,
    maximum: range.to,
    ...texts(`a whole number from ${range.from} to ${range.to}`, meaning, preset),
  });

/** 0 says what `null` does: in a change of settings `null` means another thing, as configured. */
export const numberOrNoneKey = (range: Range, preset: number | null, meaning: string) =>
  Type.Union(
    [
      Type.Number({ minimum: range.from, maximum: range.to }),
      Type.Number({ minimum: 0, maximum: 0 }),
      Type.Null(),
    ],
    texts(`a number from ${range.from} to ${range.to}, 0 or null`, meaning, preset),
  );

export const flagKey = (preset: boolean, meaning: string) =>
  Type.Boolean(texts("true or false", meaning, preset));

export const choiceKey = <const Words extends readonly string[]>(
  words: Words,
  preset: Words[number],
  meaning: string,
) =>
  Type.Unsafe<Words[number]>(
    Type.Enum([...words], texts(`one of ${words.join(", ")}`, meaning, preset)),
  );

/** Any of some words, each once; all of them unless others are written. */
export const wordsKey = <const Words extends readonly string[]>(words: Words, meaning: string) =>
  Type.Unsafe<readonly Words[number][]>(
    Type.Array(Type.Enum([...words]), {
      uniqueItems: true,
      ...texts(`a list of ${words.join(", ")}, each once`, meaning, [...words]),
    }),
  );

interface Pattern {
  readonly pattern: string;
  /** What the pattern means, for people. */
  readonly expected: string;
}

export const textKey = ({ pattern, expected }: Pattern, meaning: string, preset?: string) =>
  Type.String({ pattern, expected, description: meaning, ...(preset && { default: preset }) });

export const textOrNullKey = (
  { pattern, expected }: Pattern,
  preset: string | null,
  meaning: string,
) => Type.Union([Type.String({ pattern }), Type.Null()], texts(expected, meaning, preset));

export const textListKey = (
  { pattern, expected }: Pattern,
  preset: readonly string[],
  meaning: string,
) => Type.Array(Type.String({ pattern }), texts(expected, meaning, preset));

/** Entries of the same keys, all of which must be written. */
export const groupListKey = <Entry extends TObject>(
  entry: Entry,
  { most, expected }: { readonly most: number; readonly expected: string },
  meaning: string,
) => Type.Array(entry, { maxItems: most, ...texts(expected, meaning, []) });

/** A group of keys; keys it does not name are refused. */
export const group = <Properties extends TProperties>(properties: Properties) =>
  Type.Object(properties, { additionalProperties: false, default: {} });
