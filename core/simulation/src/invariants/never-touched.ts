import { type InvariantChecker, nothingBroken } from "./checker.ts";
import type { HostFacts, LimitWrite } from "./facts.ts";

const groupsOfTheSystem: ReadonlySet<string> = new Set([
  "/",
  "/system.slice",
  "/user.slice",
  "/machine.slice",
  "/init.scope",
]);

/** The system, ourselves and what no finder found are never written. */
export const neverTouchedChecker: InvariantChecker = {
  invariant: 12,
  title: "the system, ourselves and what is no container are never touched",
  check: (fact) => (fact.kind === "write" ? checkPath(fact.write, fact.before) : nothingBroken),
};

function checkPath(write: LimitWrite, before: HostFacts): readonly string[] {
  const { path } = write;
  if (groupsOfTheSystem.has(path)) return [`${path} is a group of the system`];
  const own = before.ownGroups.find((one) => one === path || one.startsWith(`${path}/`));
  if (own !== undefined) return [`${path} holds this very process`];
  // What is gone takes no limit any more.
  const isThere = write.held !== undefined;
  return isThere && !before.foundPaths.includes(path)
    ? [`${path} is no container's`]
    : nothingBroken;
}
