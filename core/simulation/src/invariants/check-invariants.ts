import type { InvariantChecker, Violation } from "./checker.ts";
import type { Fact } from "./facts.ts";
import { hostLedgerChecker } from "./host-ledger.ts";
import { memoryInUseChecker } from "./memory-in-use.ts";
import { missingDataChecker } from "./missing-data.ts";
import { neverTouchedChecker } from "./never-touched.ts";
import { orderOnceChecker } from "./order-once.ts";
import { otherHandsChecker } from "./other-hands.ts";
import { othersGoOnChecker } from "./others-go-on.ts";
import { ownersBandChecker } from "./owners-band.ts";
import { placementChecker } from "./placement.ts";
import { shrinkBrakesChecker } from "./shrink-brakes.ts";
import { squeezeLeaseChecker } from "./squeeze-lease.ts";
import { writtenDownChecker } from "./written-down.ts";

/** One for each invariant of the design, in its order. */
export const invariantCheckers: readonly InvariantChecker[] = [
  ownersBandChecker,
  hostLedgerChecker,
  memoryInUseChecker,
  writtenDownChecker,
  orderOnceChecker,
  missingDataChecker,
  squeezeLeaseChecker,
  otherHandsChecker,
  othersGoOnChecker,
  shrinkBrakesChecker,
  placementChecker,
  neverTouchedChecker,
];

/** All that does not hold of this fact. */
export const checkInvariants = (fact: Fact): readonly Violation[] =>
  invariantCheckers.flatMap(({ invariant, check }) =>
    check(fact).map((text) => ({ invariant, text })),
  );
