import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { RuleCompiler, RuleData } from "../rule-compiler.ts";

export interface RuleCompilerHarness {
  /** `paths`: the variables a rule may name; `undefined` = any. */
  make(paths: readonly string[] | undefined): RuleCompiler;
}

/** The promise of `RuleCompiler`: well-typed rules hold as written, all others are refused. */
export function ruleCompilerSuite(name: string, { make }: RuleCompilerHarness): void {
  describe(`${name} as rule compiler`, () => {
    for (const [title, document, data, expected] of answers) {
      test(`${title}: ${expected}`, () => {
        assert.equal(holds(make(undefined), document, data), expected);
      });
    }
    for (const [title, document, place] of refusals) {
      test(`refuses ${title}, at ${place}`, () => {
        const compiled = make(["used", "limit"]).compile(document);
        assert.equal(compiled.ok, false);
        assert.ok(!compiled.ok);
        assert.equal(compiled.error.code, "SC_RULE_INVALID");
        assert.equal(compiled.error.place, place);
        assert.notEqual(compiled.error.text, "");
      });
    }
    lifeTests(make);
  });
}

function lifeTests(make: RuleCompilerHarness["make"]): void {
  test("a predicate does not change with the document it was made from", () => {
    const document = { "<": [{ var: "used" }, 10] };
    const compiled = make(undefined).compile(document);
    assert.ok(compiled.ok);
    document["<"][1] = 0;
    assert.equal(compiled.value({ used: 5 }), true);
  });

  test("a predicate answers again and again, each time for the data it is given", () => {
    const compiled = make(undefined).compile({ ">": [{ var: "used" }, { var: "limit" }] });
    assert.ok(compiled.ok);
    const answersGiven = [1, 3, 1, 3].map((used) => compiled.value({ used, limit: 2 }));
    assert.deepEqual(answersGiven, [false, true, false, true]);
  });

  test("knows only the variables it was told of", () => {
    const compiler = make(["used"]);
    assert.equal(compiler.compile({ "<": [{ var: "used" }, 1] }).ok, true);
    const unknown = compiler.compile({ "<": [{ var: "usde" }, 1] });
    assert.ok(!unknown.ok);
    assert.match(unknown.error.text, /usde/);
  });
}

function holds(compiler: RuleCompiler, document: unknown, data: RuleData): boolean {
  const compiled = compiler.compile(document);
  assert.ok(compiled.ok, compiled.ok ? "" : compiled.error.text);
  return compiled.value(data);
}

const used = { var: "used" };
const missing = { var: "not.there" };

const answers: readonly (readonly [string, unknown, RuleData, boolean])[] = [
  ["3 < 4", { "<": [used, 4] }, { used: 3 }, true],
  ["4 < 4", { "<": [used, 4] }, { used: 4 }, false],
  ["4 <= 4", { "<=": [used, 4] }, { used: 4 }, true],
  ["5 > 4", { ">": [used, 4] }, { used: 5 }, true],
  ["4 > 4", { ">": [used, 4] }, { used: 4 }, false],
  ["4 >= 4", { ">=": [used, 4] }, { used: 4 }, true],
  ["4 == 4", { "==": [used, 4] }, { used: 4 }, true],
  ["4 != 4", { "!=": [used, 4] }, { used: 4 }, false],
  ["a dotted path", { ">": [{ var: "a.b.c.d" }, 1] }, { a: { b: { c: { d: 2 } } } }, true],
  ["a path given as a list of one", { ">": [{ var: ["used"] }, 1] }, { used: 2 }, true],
  ["and with one false operand", { and: [true, { "<": [used, 1] }] }, { used: 2 }, false],
  ["or with one true operand", { or: [false, { "<": [used, 3] }] }, { used: 2 }, true],
  ["not", { "!": { "<": [used, 1] } }, { used: 2 }, true],
  ["1 + 2 + 3 == 6", { "==": [{ "+": [1, used, 3] }, 6] }, { used: 2 }, true],
  ["7 - 2 == 5", { "==": [{ "-": [7, used] }, 5] }, { used: 2 }, true],
  ["-2 < 0", { "<": [{ "-": [used] }, 0] }, { used: 2 }, true],
  ["2 * 3 == 6", { "==": [{ "*": [used, 3] }, 6] }, { used: 2 }, true],
  ["6 / 4 == 1.5", { "==": [{ "/": [used, 4] }, 1.5] }, { used: 6 }, true],
  ["min", { "==": [{ min: [3, used, 9] }, 2] }, { used: 2 }, true],
  ["max", { "==": [{ max: [3, used, 9] }, 9] }, { used: 2 }, true],
  ["missing is not less than anything", { "<": [missing, 5] }, {}, false],
  ["missing is not 0", { "<=": [missing, 0] }, {}, false],
  ["missing does not equal missing", { "==": [missing, missing] }, {}, false],
  ["missing is not unequal either", { "!=": [missing, 5] }, {}, false],
  [
    "a sum with something missing compares as false",
    { "<": [{ "+": [1, missing] }, 5] },
    {},
    false,
  ],
  ["the least of something missing, too", { "<": [{ min: [1, missing] }, 5] }, {}, false],
  ["a text is no number", { "<": [used, 5] }, { used: "3" }, false],
  ["null is no number", { "<": [used, 5] }, { used: null }, false],
  ["NaN compares as false", { "!=": [used, 5] }, { used: Number.NaN }, false],
  ["a division by zero compares as false", { ">": [{ "/": [1, used] }, 0] }, { used: 0 }, false],
];

const refusals: readonly (readonly [string, unknown, string])[] = [
  ["a text", "true", "rule"],
  ["nothing", undefined, "rule"],
  ["null", null, "rule"],
  ["a list", [{ "<": [1, 2] }], "rule"],
  ["a rule that is a number", { "+": [1, 2] }, "rule"],
  ["a variable as a truth value", { and: [used] }, "and[0]"],
  ["two operators in one object", { "<": [1, 2], ">": [1, 2] }, "rule"],
  ["an object without an operator", {}, "rule"],
  ["an unknown operator", { and: [{ map: [1, 2] }] }, "and[0]"],
  ["an operator of another engine's", { "===": [1, 2] }, "rule"],
  ["a text compared with a number", { and: [true, { ">": ["5", 4] }] }, "and[1].>[0]"],
  ["a comparison of truth values", { "==": [true, true] }, "==[0]"],
  ["a comparison of three numbers", { "<": [1, 2, 3] }, "<"],
  ["a comparison of one number", { "<": [1] }, "<"],
  ["an empty and", { and: [] }, "and"],
  ["a division by nothing", { "<": [{ "/": [1] }, 2] }, "<[0]./"],
  ["an infinite number", { "<": [1, Number.POSITIVE_INFINITY] }, "<[1]"],
  ["an unknown variable", { "<": [{ var: "useed" }, 2] }, "<[0].var"],
  ["a variable with a default", { "<": [{ var: ["used", 5] }, 2] }, "<[0].var"],
  ["a variable without a name", { "<": [{ var: "" }, 2] }, "<[0].var"],
  ["a variable that every object has", { "<": [{ var: "constructor.length" }, 2] }, "<[0].var"],
  ["a rule nested too deep", nested(40), `${"!".concat("[0].!".repeat(32))}[0]`],
  ["a rule with too many parts", { and: Array.from({ length: 1000 }, () => true) }, "and"],
];

function nested(depth: number): unknown {
  let rule: unknown = true;
  for (let level = 0; level < depth; level += 1) rule = { "!": [rule] };
  return rule;
}
