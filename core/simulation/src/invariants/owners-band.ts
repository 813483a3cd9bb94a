import {
  amountOf,
  bucketMost,
  type Change,
  handedOutBy,
  isSameCpuLimit,
  type LimitValue,
  type ResourceSettings,
  sharesToCoreSeconds,
} from "@sc/domain";
import { type InvariantChecker, nothingBroken } from "./checker.ts";
import type { ContainerFactsNow, Fact, LimitWrite } from "./facts.ts";
import { containerOf, describeValue, isPutBack, isSameValue, rounding } from "./limits.ts";

/** Min ≤ limit ≤ max; only what is in auto and not paused; only what changes, and each write is charged. */
export const ownersBandChecker: InvariantChecker = {
  invariant: 1,
  title: "what we write is the owner's to allow, changes something and is charged",
  check: (fact) => {
    if (fact.kind === "write") return checkWrite(fact.write, containerOf(fact.write, fact.before));
    if (fact.kind === "written") return checkWritten(fact);
    if (fact.kind === "change")
      return checkChange(
        fact.change,
        fact.before.containers.find(({ id }) => id === fact.change.id),
      );
    return nothingBroken;
  },
};

function checkWrite(
  write: LimitWrite,
  container: ContainerFactsNow | undefined,
): readonly string[] {
  if (container === undefined || isPutBack(write, container)) return nothingBroken;
  const { resource, asked, held } = write;
  const settings = container.settings.resources[resource];
  const text = `${resource} of ${container.name} to ${describeValue(asked)}`;
  const broken: string[] = [];
  if (settings.mode !== "auto") broken.push(`${text} in ${settings.mode}`);
  if (container.isPaused) broken.push(`${text} while it is paused`);
  const outside = outsideBand(asked, { held, settings });
  if (outside !== undefined) broken.push(`${text}: ${outside}`);
  return broken;
}

function outsideBand(
  asked: LimitValue,
  {
    held,
    settings,
  }: { readonly held: LimitValue | undefined; readonly settings: ResourceSettings },
): string | undefined {
  const amount = amountOf(asked);
  const slack = rounding[asked.resource];
  if (amount === null || amount > settings.max + slack) return `above max ${settings.max}`;
  if (amount >= settings.min - slack) return undefined;
  // On the way up from below min, as far as the host has room, is better than where it was.
  const before = held && amountOf(held);
  const isOnTheWay = typeof before === "number" && before < amount;
  return isOnTheWay ? undefined : `below min ${settings.min}`;
}

function checkWritten({
  write,
  result,
  before,
  after,
}: Fact & { readonly kind: "written" }): readonly string[] {
  const { held } = write;
  if (result.outcome !== "applied" || held === undefined || result.holds === undefined)
    return nothingBroken;
  const broken: string[] = [];
  if (isSameValue(held, result.holds) && isSamePeriod(held, result.holds))
    broken.push(`${describeValue(held)} was written though the kernel held it`);
  const was = containerOf(write, before);
  const is = containerOf(write, after);
  if (was !== undefined && is !== undefined && !isCharged({ held, holds: result.holds }, was, is))
    broken.push(`writing ${describeValue(result.holds)} to ${is.name} was not charged`);
  return broken;
}

/** The same quota in another period is another limit. */
const isSamePeriod = (a: LimitValue, b: LimitValue): boolean =>
  a.resource !== "cpu" || b.resource !== "cpu" || a.limit.periodMs === b.limit.periodMs;

/** A write of cpu hands out the quota of a period once more, where there is room for it. */
function isCharged(
  { held, holds }: { readonly held: LimitValue; readonly holds: LimitValue },
  { accounting: was, known }: ContainerFactsNow,
  { accounting: is }: ContainerFactsNow,
): boolean {
  if (is.changes <= was.changes) return false;
  if (holds.resource !== "cpu" || held.resource !== "cpu") return true;
  // What another hand left there, in a pause, the writer does not know.
  if (known.cpu === undefined || !isSameCpuLimit(known.cpu, held.limit)) return true;
  const full = { limit: held.limit, level: bucketMost(held.limit) };
  const least = sharesToCoreSeconds(1, handedOutBy(full, holds.limit, 1));
  return is.cpu.allocated - was.cpu.allocated >= least * (1 - 1e-6);
}

/** Whoever wanted it; a release alone asks nobody. Memory may have been allowed when it was begun. */
function checkChange(change: Change, container: ContainerFactsNow | undefined): readonly string[] {
  const { author, outcome, resource } = change;
  if (outcome !== "applied" || container === undefined || resource === "mem") return nothingBroken;
  if (author.kind === "other-hand" || (author.kind === "agent" && author.name === "release"))
    return nothingBroken;
  const { mode } = container.settings.resources[resource];
  if (mode === "auto" && !container.isPaused) return nothingBroken;
  return [`${resource} of ${container.name} changed in ${container.isPaused ? "a pause" : mode}`];
}
