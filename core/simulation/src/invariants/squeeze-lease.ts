import { resources } from "@sc/domain";
import { type InvariantChecker, nothingBroken } from "./checker.ts";
import type { ContainerFactsNow, HostFacts, LimitWrite } from "./facts.ts";
import {
  containerOf,
  describeValue,
  isMeantAsSqueeze,
  isPutBack,
  isSqueeze,
  limitValueOf,
} from "./limits.ts";

/** What is squeezed stands on the restore list before it is, and only while the heart beats. */
export const squeezeLeaseChecker: InvariantChecker = {
  invariant: 7,
  title: "a squeeze is a lease",
  check: (fact) => {
    if (fact.kind === "write") return checkWrite(fact.write, fact.before);
    if (fact.kind === "look") return fact.after.containers.flatMap(checkSqueezed);
    return nothingBroken;
  },
};

function checkWrite(write: LimitWrite, before: HostFacts): readonly string[] {
  const { resource } = write;
  const container = containerOf(write, before);
  if (container === undefined || isPutBack(write, container)) return nothingBroken;
  const broken: string[] = [];
  if (before.isLeaseFresh === false)
    broken.push(`${container.name} is written after the lease lapsed`);
  const isShrink = isMeantAsSqueeze(write);
  const { restored } = container;
  if (isShrink && restored !== undefined && limitValueOf(restored, resource) === undefined)
    broken.push(`${resource} of ${container.name} is squeezed and not on the restore list`);
  return broken;
}

/** Also long after the write: the list must not lose what it is for. */
function checkSqueezed(container: ContainerFactsNow): readonly string[] {
  const { first, kernel, known, restored, differsSince, name } = container;
  if (restored === undefined) return nothingBroken;
  return resources.flatMap((resource) => {
    const [owners, now] = [limitValueOf(first, resource), limitValueOf(kernel, resource)];
    const isKnown =
      limitValueOf(known, resource) !== undefined && differsSince[resource] === undefined;
    if (owners === undefined || now === undefined || !isKnown) return [];
    if (!isSqueeze(owners, now) || limitValueOf(restored, resource) !== undefined) return [];
    return [
      `${name} has ${describeValue(now)}, and nobody would put ${describeValue(owners)} back`,
    ];
  });
}
