/**
 * Type-checks a rule before it is used. Engines of JsonLogic agree on well-typed rules only: what a
 * text is when compared with a number, or whether null is 0, each answers in its own way. So a rule
 * here is made of numbers and truth values, each where it belongs, or it is refused with its place.
 */
import { err, ok, type Result } from "@sc/domain";
import type { RuleProblem } from "@sc/ports";

/** Deeper or larger documents are refused; a rule people can still read is far below. */
const maxDepth = 32;
const maxNodes = 500;

/** A rule that passed: a copy in the one shape the engine is given. */
export type CheckedRule =
  | number
  | boolean
  | { readonly var: string }
  | { readonly [operator: string]: readonly CheckedRule[] };

type ValueType = "number" | "boolean";

interface Signature {
  readonly operands: ValueType;
  readonly result: ValueType;
  readonly least: number;
  readonly most: number;
}

const logical = (least: number, most: number): Signature => ({
  operands: "boolean",
  result: "boolean",
  least,
  most,
});
const comparison: Signature = { operands: "number", result: "boolean", least: 2, most: 2 };
const arithmetic = (least: number, most: number): Signature => ({
  operands: "number",
  result: "number",
  least,
  most,
});

const signatures: ReadonlyMap<string, Signature> = new Map([
  ["and", logical(1, maxNodes)],
  ["or", logical(1, maxNodes)],
  ["!", logical(1, 1)],
  ...["<", "<=", ">", ">=", "==", "!="].map((operator) => [operator, comparison] as const),
  ["+", arithmetic(1, maxNodes)],
  ["-", arithmetic(1, 2)],
  ["*", arithmetic(1, maxNodes)],
  ["/", arithmetic(2, 2)],
  ["min", arithmetic(1, maxNodes)],
  ["max", arithmetic(1, maxNodes)],
]);

interface Check {
  readonly paths: ReadonlySet<string> | undefined;
  nodes: number;
}

/** `paths`: the variables there are; `undefined` = any well-formed path. */
export function checkRule(
  document: unknown,
  paths: ReadonlySet<string> | undefined,
): Result<CheckedRule, RuleProblem> {
  return checkNode({ paths, nodes: 0 }, document, { place: "", depth: 0, wanted: "boolean" });
}

interface Position {
  readonly place: string;
  readonly depth: number;
  readonly wanted: ValueType;
}

function checkNode(
  check: Check,
  node: unknown,
  position: Position,
): Result<CheckedRule, RuleProblem> {
  const { depth } = position;
  check.nodes += 1;
  if (check.nodes > maxNodes) return problem(position, `a rule has more than ${maxNodes} parts`);
  if (depth > maxDepth) return problem(position, `a rule is nested deeper than ${maxDepth}`);
  if (typeof node !== "object" || node === null) return checkLiteral(node, position);
  if (Array.isArray(node)) return mismatch(position, "a list");
  const [entry, ...others] = Object.entries(node);
  if (entry === undefined || others.length > 0) {
    return problem(position, "an operation is an object with exactly one key, its operator");
  }
  const [operator, operands] = entry;
  if (operator === "var") return checkVariable(check, operands, position);
  return checkOperation(check, { operator, operands }, position);
}

function checkLiteral(literal: unknown, position: Position): Result<CheckedRule, RuleProblem> {
  if (typeof literal === "number" && !Number.isFinite(literal)) {
    return problem(position, "the number is not finite");
  }
  if (typeof literal === "number" || typeof literal === "boolean") {
    const isWanted = typeof literal === position.wanted;
    return isWanted ? ok(literal) : mismatch(position, describe(literal));
  }
  return mismatch(position, describe(literal));
}

function checkVariable(
  { paths }: Check,
  operand: unknown,
  position: Position,
): Result<CheckedRule, RuleProblem> {
  const at = inside(position, "var");
  if (position.wanted !== "number") return mismatch(position, "a variable, which is a number");
  const path: unknown = Array.isArray(operand) && operand.length === 1 ? operand[0] : operand;
  if (typeof path !== "string") return problem(at, "a variable is named by one text, its path");
  if (!isPath(path)) return problem(at, `${quote(path)} is not a dotted path`);
  if (paths !== undefined && !paths.has(path)) {
    return problem(at, `there is no variable ${quote(path)}; there are ${[...paths].join(", ")}`);
  }
  return ok({ var: path });
}

/** What every object inherits is no data. */
const isPath = (path: string): boolean =>
  /^\w+(\.\w+)*$/.test(path) && path.split(".").every((key) => !(key in Object.prototype));

function checkOperation(
  check: Check,
  { operator, operands }: { readonly operator: string; readonly operands: unknown },
  position: Position,
): Result<CheckedRule, RuleProblem> {
  const at = inside(position, quoteless(operator));
  const signature = signatures.get(operator);
  if (signature === undefined) {
    const known = ["var", ...signatures.keys()].join(" ");
    return problem(position, `there is no operator ${quote(operator)}; there are ${known}`);
  }
  const { result, least, most } = signature;
  if (result !== position.wanted) return mismatch(position, `${quote(operator)}, a ${result}`);
  const list: readonly unknown[] = Array.isArray(operands) ? operands : [operands];
  if (list.length < least || list.length > most) {
    const wanted = least === most ? `${least}` : `${least} or more`;
    return problem(at, `${quote(operator)} has ${list.length} operands, it takes ${wanted}`);
  }
  const checked: CheckedRule[] = [];
  for (const [index, operand] of list.entries()) {
    const operandPosition = {
      place: `${at.place}[${index}]`,
      depth: position.depth + 1,
      wanted: signature.operands,
    };
    const one = checkNode(check, operand, operandPosition);
    if (!one.ok) return one;
    checked.push(one.value);
  }
  return ok({ [operator]: checked });
}

const inside = (position: Position, operator: string): Position => ({
  ...position,
  place: position.place === "" ? operator : `${position.place}.${operator}`,
});

const mismatch = (position: Position, found: string) =>
  problem(position, `a ${position.wanted} is needed here, but there is ${found}`);

const problem = ({ place }: Position, text: string) =>
  err({ code: "SC_RULE_INVALID" as const, place: place === "" ? "rule" : place, text });

/** Text from outside goes into a message shortened, and on one line. */
const quote = (text: string): string => JSON.stringify(shortened(text));
const quoteless = (operator: string): string => quote(operator).slice(1, -1);
const shortened = (text: string): string => (text.length > 40 ? `${text.slice(0, 40)}…` : text);

const describe = (literal: unknown): string => {
  if (typeof literal === "string") return `the text ${quote(literal)}`;
  if (typeof literal === "number" || typeof literal === "boolean") {
    return `the ${typeof literal} ${literal}`;
  }
  return literal === null ? "null" : `a value of type ${typeof literal}`;
};
