import { type InvariantChecker, nothingBroken } from "./checker.ts";
import type { ContainerFactsNow, HostFacts } from "./facts.ts";

/** Placement is shared: no cpuset is written, nor would one be put back. */
export const placementChecker: InvariantChecker = {
  invariant: 11,
  title: "no cpuset is ever written",
  check: (fact) => {
    if (fact.kind !== "look" && fact.kind !== "written") return nothingBroken;
    const { before, after } = fact;
    const moved = after.containers.filter((one) => isMoved(one, before));
    return [
      ...moved.map(({ name, cpuset }) => `${name} was put on cores ${cpuset}`),
      ...cpusetsToRestore(after),
    ];
  },
};

const isMoved = ({ id, cpuset }: ContainerFactsNow, before: HostFacts): boolean =>
  before.containers.some((was) => was.id === id && was.cpuset !== cpuset);

const cpusetsToRestore = ({ restoreList = [] }: HostFacts): readonly string[] =>
  restoreList
    .flatMap(({ steps }) => steps)
    .filter(({ file }) => /cpuset/.test(file))
    .map(({ file }) => `${file} is on the restore list`);
