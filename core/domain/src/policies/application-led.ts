import { reason } from "../reason/reason.ts";
import { formatShares as formatNumber } from "../structure/cpu-limit.ts";
import { type Resource, resourceUnits } from "../structure/resource.ts";
import { knownOf } from "./missing-data.ts";
import { wishInsideOwnersBand } from "./owners-band.ts";
import type { Decision, DecisionInput, Policy } from "./policy.ts";
import { limitInForce, thresholds } from "./thresholds.ts";
import { requestOf, type Wish } from "./wish.ts";

/**
 * The policy of what its application decides about. The application sees the sum alone, which stays as it is
 * when load moves from one container to another: so who runs into its limit says so itself. Nothing is given
 * back by itself; what is not needed the application takes.
 */
export const applicationLed = (resource: Resource): Policy<undefined> => ({
  name: applicationLedName,
  resource,
  begin: () => undefined,
  decide: (_, input) => decide(resource, input),
});

export const applicationLedName = "application";

function decide(resource: Resource, input: DecisionInput): Decision<undefined> {
  const wish = wishOf(resource, input);
  const about = { name: applicationLedName, resource };
  const outcome = wish === undefined ? led : requestOf(about, input, wish);
  return { state: undefined, events: [], outcome };
}

const led = {
  kind: "hold",
  reason: reason("led-by-application", "its application decides how much it may use"),
} as const;

/**
 * Up to where its use is in the middle of its band. Who runs at its limit shows only that it needs more: half
 * as much again, so that it is there in a few steps.
 */
function wishOf(resource: Resource, { observation, settings }: DecisionInput): Wish | undefined {
  const known = knownOf(observation);
  if (known === undefined || observation.isFrozen) return undefined;
  const { used, limit } = known;
  const outside = wishInsideOwnersBand(resource, settings, known);
  if (outside !== undefined) return outside;
  const { margin, upper } = thresholds(settings, limit);
  const from = limitInForce(settings, limit);
  const needed = used >= from - margin / 2 ? 1.5 * used : used;
  const amount = Math.min(needed + 1.5 * margin, settings.max) - from;
  if (used <= upper || amount <= 0) return undefined;
  const unit = resourceUnits[resource];
  const text = `used ${formatNumber(used)} of ${formatNumber(from)} ${unit}, above ${upper}`;
  return { amount, from, reason: reason("usage-above-upper", text) };
}
