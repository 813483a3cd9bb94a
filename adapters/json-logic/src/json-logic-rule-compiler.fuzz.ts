import assert from "node:assert/strict";
import { anyText, fuzzTarget } from "@sc/domain/testing";
import fc from "fast-check";
import { JsonLogicRuleCompiler } from "./json-logic-rule-compiler.ts";

const compiler = new JsonLogicRuleCompiler();
const operators = ["and", "or", "!", "<", "<=", ">", ">=", "==", "!=", "+", "-", "*", "/"];
const otherOperators = ["min", "max", "if", "map", "reduce", "cat", "log", "method", "__proto__"];

/** Anything at all, and documents that look like rules but may be wrong in any place. */
const anyDocument = fc.anything({ withNullPrototype: true, withBigInt: true, maxDepth: 5 });
const { ruleLike } = fc.letrec((tie) => ({
  ruleLike: fc.oneof(
    { maxDepth: 6 },
    fc.oneof(fc.double(), fc.boolean(), anyText, fc.constant(null)),
    fc
      .tuple(
        fc.constantFrom(...operators, ...otherOperators),
        fc.oneof(fc.array(tie("ruleLike"), { maxLength: 3 }), tie("ruleLike")),
      )
      .map(([operator, operands]) => ({ [operator]: operands })),
    fc.record({ var: fc.oneof(fc.constantFrom("a", "a.b", "__proto__", "a.length"), anyText) }),
  ),
}));
/** Deeper and wider than anyone writes. */
const hugeRule = fc
  .tuple(fc.constantFrom("!", "and", "-", "+"), fc.integer({ min: 20, max: 20_000 }), fc.boolean())
  .map(([operator, size, isDeep]) => {
    if (!isDeep) return { [operator]: Array.from({ length: size }, () => true) };
    let rule: unknown = true;
    for (let depth = 0; depth < size; depth += 1) rule = { [operator]: [rule] };
    return rule;
  });
const anyData = fc.oneof(
  fc.dictionary(fc.constantFrom("a", "b"), fc.anything()),
  fc.record({ a: fc.record({ b: fc.double() }) }),
);

/** Rules that are well typed by construction. */
const { truth } = fc.letrec((tie) => ({
  number: fc.oneof(
    { maxDepth: 4 },
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.constantFrom({ var: "a" }, { var: "a.b" }, { var: "missing" }),
    fc
      .tuple(fc.constantFrom("+", "-", "*", "/", "min", "max"), tie("number"), tie("number"))
      .map(([operator, ...operands]) => ({ [operator]: operands })),
  ),
  truth: fc.oneof(
    { maxDepth: 4 },
    fc
      .tuple(fc.constantFrom("<", "<=", ">", ">=", "==", "!="), tie("number"), tie("number"))
      .map(([operator, ...operands]) => ({ [operator]: operands })),
    fc
      .tuple(fc.constantFrom("and", "or"), fc.array(tie("truth"), { minLength: 1, maxLength: 3 }))
      .map(([operator, operands]) => ({ [operator]: operands })),
    tie("truth").map((operand) => ({ "!": operand })),
  ),
}));

export const targets = [
  // No document crashes the compiler; what it accepts answers true or false, what it refuses it explains.
  fuzzTarget(
    "rules",
    fc.tuple(fc.oneof(anyDocument, ruleLike, hugeRule), anyData),
    ([document, data]) => {
      const compiled = compiler.compile(document);
      if (compiled.ok) {
        assert.equal(typeof compiled.value(data), "boolean");
      } else {
        assert.equal(compiled.error.code, "SC_RULE_INVALID");
        assert.ok(compiled.error.place !== "" && compiled.error.text !== "");
        assert.ok(compiled.error.text.length < 1000, compiled.error.text);
      }
    },
  ),
  // Every well-typed rule is accepted, and answers whatever the data.
  fuzzTarget("well-typed-rules", fc.tuple(truth, anyData), ([document, data]) => {
    const compiled = compiler.compile(document);
    assert.ok(compiled.ok, compiled.ok ? "" : compiled.error.text);
    assert.equal(typeof compiled.value(data), "boolean");
  }),
];
