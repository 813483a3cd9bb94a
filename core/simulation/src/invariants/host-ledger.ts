import { amountOf, type Resource, resources } from "@sc/domain";
import { type InvariantChecker, nothingBroken } from "./checker.ts";
import type { ContainerFactsNow, HostFacts, LimitWrite } from "./facts.ts";
import { containerOf, isLess, isPutBack, limitValueOf, rounding } from "./limits.ts";

/** What is granted fits the host, the book says what the kernel holds, and the weight follows the grant. */
export const hostLedgerChecker: InvariantChecker = {
  invariant: 2,
  title: "no growth that the host does not have, and a ledger that is true",
  check: (fact) => {
    if (fact.kind === "write") return checkGrowth(fact.write, fact.before);
    if (fact.kind === "look")
      return fact.after.books === undefined ? nothingBroken : checkBooks(fact.after);
    return nothingBroken;
  },
};

function checkGrowth(write: LimitWrite, before: HostFacts): readonly string[] {
  const { asked, held, resource, line } = write;
  const container = containerOf(write, before);
  const isRepair = line?.entry.author.kind === "agent" && line.entry.author.name === "drift-repair";
  if (container === undefined || isRepair || isPutBack(write, container)) return nothingBroken;
  const broken: string[] = [];
  if (asked.resource === "cpu" && !isInProportion(asked.limit))
    broken.push(`weight ${asked.limit.weight} for ${asked.limit.quotaShares} shares`);
  const heldAmount = held && amountOf(held);
  if (typeof heldAmount !== "number" || !isLess(heldAmount, amountOf(asked), rounding[resource]))
    return broken;
  const grantable = grantableOf(resource, before);
  const others = before.containers.filter((one) => one !== container);
  const granted = sumHeld(others, resource) + (amountOf(asked) ?? Number.POSITIVE_INFINITY);
  if (granted > grantable + rounding[resource])
    broken.push(`${container.name} grows: ${granted} of ${grantable} ${resource} are granted`);
  const isPressed = before.books?.isPressed === true;
  const preventsKill = resource === "mem" && (container.sample?.memMibFloor ?? 0) > heldAmount;
  if (isPressed && !preventsKill) broken.push(`${container.name} grows on a pressed host`);
  return broken;
}

const isInProportion = (limit: { quotaShares: number | null; weight: number }): boolean =>
  limit.quotaShares === null || Math.abs(limit.weight - limit.quotaShares) < 0.2;

function grantableOf(resource: Resource, { books, grantableMost }: HostFacts): number {
  const told = books?.[resource]?.grantable ?? Number.POSITIVE_INFINITY;
  return Math.min(told, grantableMost?.[resource] ?? Number.POSITIVE_INFINITY);
}

/**
 * As the kernel has it; what has no limit there holds its max. What came or was changed by another hand a
 * moment ago, the agent comes to know with its next look.
 */
function sumHeld(containers: readonly ContainerFactsNow[], resource: Resource): number {
  let sum = 0;
  for (const { settings, kernel, known, differsSince } of containers) {
    const { mode, max } = settings.resources[resource];
    const inBook = limitValueOf(known, resource);
    const value = differsSince[resource] === undefined ? limitValueOf(kernel, resource) : inBook;
    if (mode !== "auto" || inBook === undefined || value === undefined) continue;
    sum += amountOf(value) ?? max;
  }
  return sum;
}

/** Where agent and kernel agree about every limit, the book must add up to them. */
function checkBooks(after: HostFacts): readonly string[] {
  const { at, books, containers, containersSince, noticeSeconds } = after;
  // A change of theirs that the agent comes to know with its next tick.
  if (at - containersSince <= noticeSeconds) return nothingBroken;
  if (containers.some(({ settingsSince }) => at - settingsSince <= noticeSeconds))
    return nothingBroken;
  return resources.flatMap((resource) => {
    const isAgreed = containers.every(
      ({ kernel, known, differsSince, isMemoryUnderWay }) =>
        !(resource === "mem" && isMemoryUnderWay) &&
        limitValueOf(kernel, resource) !== undefined &&
        limitValueOf(known, resource) !== undefined &&
        differsSince[resource] === undefined,
    );
    const granted = books?.[resource]?.granted ?? 0;
    const held = sumHeld(containers, resource);
    if (!Number.isFinite(granted)) return [`${granted} ${resource} are granted`];
    const slack = rounding[resource] * Math.max(1, containers.length);
    if (!isAgreed || Math.abs(granted - held) <= slack) return [];
    return [`the book has ${granted} of ${resource}, the kernel ${held}`];
  });
}
