import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { JsonLogicRuleCompiler } from "./json-logic-rule-compiler.ts";

const compiler = new JsonLogicRuleCompiler();

/** Anything at all, and documents that look like rules but may be wrong in any place. */
const anyDocument = fc.anything({ withNullPrototype: true, withBigInt: true, maxDepth: 5 });
const { ruleLike } = fc.letrec((tie) => ({
  ruleLike: fc.oneof(
    { maxDepth: 6 },
    fc.oneof(fc.double(), fc.boolean(), fc.string(), fc.constant(null)),
    fc
      .tuple(
        fc.constantFrom("and", "or", "!", "<", "<=", ">", ">=", "==", "!=", "+", "-", "*", "/"),
        fc.array(tie("ruleLike"), { maxLength: 3 }),
      )
      .map(([operator, operands]) => ({ [operator]: operands })),
    fc.record({ var: fc.oneof(fc.constantFrom("a", "a.b", "__proto__", "a.length"), fc.string()) }),
  ),
}));
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

test("no document crashes the compiler, and what it accepts answers true or false", () => {
  fc.assert(
    fc.property(fc.oneof(anyDocument, ruleLike), anyData, (document, data) => {
      const compiled = compiler.compile(document);
      if (!compiled.ok) return;
      assert.equal(typeof compiled.value(data), "boolean");
    }),
    { numRuns: 2000 },
  );
});

test("every well-typed rule is accepted and answers whatever the data", () => {
  fc.assert(
    fc.property(truth, anyData, (document, data) => {
      const compiled = compiler.compile(document);
      assert.ok(compiled.ok, compiled.ok ? "" : compiled.error.text);
      assert.equal(typeof compiled.value(data), "boolean");
    }),
    { numRuns: 1000 },
  );
});

test("a comparison with a missing variable is false whatever it is compared with", () => {
  const comparisons = fc.constantFrom("<", "<=", ">", ">=", "==", "!=");
  fc.assert(
    fc.property(comparisons, fc.integer(), fc.boolean(), (operator, value, isFirst) => {
      const missing = { var: "missing" };
      const operands = isFirst ? [missing, value] : [value, missing];
      const compiled = compiler.compile({ [operator]: operands });
      assert.ok(compiled.ok);
      assert.equal(compiled.value({ a: value }), false);
    }),
  );
});
