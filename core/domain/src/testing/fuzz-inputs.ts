import fc from "fast-check";

/** Texts that have broken something somewhere. */
const hostileTexts = [
  "",
  " ",
  "\0",
  "\n",
  "\r\n",
  "\t",
  "\u2028",
  "\ud800",
  "\ufeff",
  "\u202e",
  "💥",
  "é",
  ".",
  "..",
  "../../etc/passwd",
  "/",
  "//",
  "%00",
  "%",
  "__proto__",
  "constructor",
  "toString",
  "null",
  "NaN",
  "-0",
  "1e999",
  "0x10",
  "9".repeat(400),
  "[]",
  "{}",
  "x".repeat(300),
];

/** Anything between an ordinary word and what no parser likes. */
export const anyText: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom(...hostileTexts),
  fc.string({ unit: "binary", maxLength: 60 }),
  fc.string({ unit: "grapheme", maxLength: 30 }),
  fc.string({ maxLength: 30 }),
);

/** The same, and numbers, lists and objects of it: all that JSON can say, and what it cannot. */
export const anyValue: fc.Arbitrary<unknown> = fc.oneof(
  anyText,
  fc.constantFrom(null, true, false, 0, -0, -1, 1e308, -1e308, 5e-324, 2 ** 53, Number.NaN),
  fc.double(),
  fc.integer(),
  fc.jsonValue({ maxDepth: 3 }),
  fc.dictionary(anyText, fc.jsonValue({ maxDepth: 1 }), { maxKeys: 3 }),
);

/** A file of the kernel: numbers, `key number` lines, or neither. */
export const kernelText = (keys: readonly string[]): fc.Arbitrary<string> => {
  const number = fc.oneof(
    fc.nat().map(String),
    fc.bigInt({ min: -(2n ** 64n), max: 2n ** 64n }).map(String),
    fc.constantFrom("max", "-1", "-", "", "9223372036854771712", "9".repeat(400), "1.5", "0x1"),
    fc.string({ maxLength: 8 }),
  );
  const key = fc.oneof(fc.constantFrom(...keys), fc.string({ maxLength: 8 }));
  const separator = fc.constantFrom(" ", " ", " ", "  ", "\t", "=", ":", "");
  const line = fc.oneof(
    fc.tuple(key, separator, number).map((parts) => parts.join("")),
    fc.array(number, { maxLength: 12 }).map((numbers) => numbers.join(" ")),
  );
  const lines = fc
    .tuple(fc.array(line, { maxLength: 12 }), fc.constantFrom("\n", "\n", "", "\0"))
    .map(([all, end]) => `${all.join("\n")}${end}`);
  return fc.oneof(number, lines, fc.string({ unit: "binary", maxLength: 200 }));
};

/** A line that is right, and changes to it: cut, doubled, a piece of it replaced. */
export const spoiled = (good: fc.Arbitrary<string>): fc.Arbitrary<string> =>
  fc
    .tuple(good, fc.nat(), fc.nat(40), fc.oneof(fc.constant(""), anyText))
    .map(([text, place, length, instead]) => {
      const at = place % (text.length + 1);
      return text.slice(0, at) + instead + text.slice(at + length);
    });
