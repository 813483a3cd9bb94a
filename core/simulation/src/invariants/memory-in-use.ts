import { amountOf } from "@sc/domain";
import { type InvariantChecker, nothingBroken } from "./checker.ts";
import type { HostFacts, LimitWrite } from "./facts.ts";
import { containerOf, isPutBack, isSqueeze, rounding } from "./limits.ts";

/** No memory limit of ours is below what cannot be reclaimed and a margin for its growth. */
export const memoryInUseChecker: InvariantChecker = {
  invariant: 3,
  title: "no memory limit below what is in use",
  check: (fact) => (fact.kind === "write" ? checkFloor(fact.write, fact.before) : nothingBroken),
};

/** What an owner set, the owner gets back: the kernel alone may refuse it. */
function checkFloor(write: LimitWrite, before: HostFacts): readonly string[] {
  const { asked, held, resource } = write;
  const container = containerOf(write, before);
  if (resource !== "mem" || container === undefined || isPutBack(write, container))
    return nothingBroken;
  const amount = amountOf(asked);
  const isShrink = held === undefined || isSqueeze(held, asked);
  if (amount === null || !isShrink) return nothingBroken;
  const { sample, unreclaimableMib, unreclaimableMibSampled } = container;
  const used = Math.min(unreclaimableMib ?? 0, unreclaimableMibSampled ?? 0);
  // What fell since then may have been read anew, and its margin is not known.
  const hasFallen = (unreclaimableMib ?? 0) < (unreclaimableMibSampled ?? 0);
  const floor = hasFallen ? used : Math.max(sample?.memMibFloor ?? 0, used);
  return amount >= floor - rounding.mem
    ? nothingBroken
    : [`${amount} MiB for ${container.name}, whose use and margin are ${floor} MiB`];
}
