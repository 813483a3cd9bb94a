import { type InvariantChecker, nothingBroken } from "./checker.ts";

/** An order is applied once, and an older one never after a newer one. */
export const orderOnceChecker: InvariantChecker = {
  invariant: 5,
  title: "an order is applied once, and never after a newer one",
  check: (fact) => {
    if (fact.kind !== "change") return nothingBroken;
    const { change, before } = fact;
    const { sequence, id, resource } = change;
    if (change.outcome !== "applied" || sequence === undefined) return nothingBroken;
    const newest = before.changes.findLast(
      (one) =>
        one.id === id &&
        one.resource === resource &&
        one.outcome === "applied" &&
        one.sequence !== undefined,
    )?.sequence;
    if (newest === undefined || newest < sequence) return nothingBroken;
    return [`order ${sequence} of ${change.structure} was applied after order ${newest}`];
  },
};
