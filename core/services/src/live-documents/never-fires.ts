/**
 * Whether a condition over numbers of events can hold at all. Only conditions that look at nothing
 * else are judged: there the numbers that matter are those beside the constants of the rule and both
 * ends of what can be counted, so trying these is trying all. A condition that also looks at usage or
 * limits may hold for some container, and is not judged.
 */
import type { RulePredicate } from "@sc/domain";

/** A rule with more constants than that is not judged: every pair of counts is tried. */
const constantsMax = 50;

export function neverFires(condition: unknown, holds: RulePredicate, countMost: number): boolean {
  const seen = partsOf(condition);
  const isAboutEvents = [...seen.paths].every((path) => path.startsWith("events.scale."));
  if (!isAboutEvents || seen.isReckoning || seen.constants.size > constantsMax) return false;
  const counts = countsToTry(seen.constants, countMost);
  return !counts.some((up) => counts.some((down) => holds({ events: { scale: { up, down } } })));
}

/** Whether a condition looks at nothing, and so is the same for ever. */
export const looksAtNothing = (condition: unknown): boolean => partsOf(condition).paths.size === 0;

interface Parts {
  readonly paths: Set<string>;
  readonly constants: Set<number>;
  /** Sums and products bring numbers into play that are not written down. */
  isReckoning: boolean;
}

const reckoning: ReadonlySet<string> = new Set(["+", "-", "*", "/", "min", "max"]);

function partsOf(condition: unknown): Parts {
  const parts: Parts = { paths: new Set(), constants: new Set(), isReckoning: false };
  collect(condition, parts);
  return parts;
}

function collect(node: unknown, parts: Parts): void {
  if (typeof node === "number") parts.constants.add(node);
  if (Array.isArray(node)) for (const child of node) collect(child, parts);
  if (typeof node !== "object" || node === null || Array.isArray(node)) return;
  for (const [operator, operands] of Object.entries(node)) {
    if (operator === "var") {
      parts.paths.add(String(operands));
      continue;
    }
    if (reckoning.has(operator)) parts.isReckoning = true;
    collect(operands, parts);
  }
}

/** Up and down are compared with each other too, so both ends have a neighbour. */
function countsToTry(constants: ReadonlySet<number>, most: number): readonly number[] {
  const beside = [...constants].flatMap((constant) => {
    const whole = Math.floor(constant);
    return [whole - 1, whole, whole + 1, whole + 2];
  });
  const counts = new Set([0, 1, most - 1, most, ...beside]);
  return [...counts].filter((count) => count >= 0 && count <= most);
}
