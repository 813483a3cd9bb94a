import { requestReason } from "../policies/describe-situation.ts";
import { HoldReason } from "../policies/hold-reason.ts";
import { wishInsideOwnersBand } from "../policies/owners-band.ts";
import { noEvents } from "../policies/pending-events.ts";
import { type Direction, rescaleAmount, situationOf } from "../policies/rescale.ts";
import type { ServerlessRules } from "../policies/rules.ts";
import type { Wish } from "../policies/wish.ts";
import { type Reason, reason } from "../reason/reason.ts";
import type { ResourceSettings } from "../structure/settings.ts";
import { monotonicSeconds } from "../units/time.ts";
import type { BrakeSettings } from "./brake-settings.ts";
import { beginBrakes, judgeShrink } from "./container-brakes.ts";

export interface PreviewInput {
  readonly used: number | undefined;
  readonly limit: number | null;
  readonly settings: ResourceSettings;
  readonly rules: ServerlessRules;
  readonly brakes: BrakeSettings;
}

/** `limit` unchanged = nothing to write. */
export interface FirstLimit {
  readonly limit: number | null;
  readonly reason: Reason;
}

/**
 * The first limit the rules would write if usage stays as it is: as if enough events had been
 * seen and learning were over, with the cuts of the brakes.
 */
export function previewFirstLimit(input: PreviewInput): FirstLimit {
  const { used, limit, settings, rules } = input;
  if (used === undefined) return { limit, reason: reason("no-data", "the usage is not known yet") };
  const seen = { limit, used };
  const wish =
    wishInsideOwnersBand(rules.resource, settings, seen) ?? wishOfRules(rules, settings, seen);
  if ("code" in wish) return { limit, reason: wish };
  return brakedPreview(input, wish.from + wish.amount, wish.reason);
}

/** What the rules ask for, or why they ask for nothing. */
function wishOfRules(
  rules: ServerlessRules,
  settings: ResourceSettings,
  { limit, used }: { readonly limit: number | null; readonly used: number },
): Wish | Reason {
  const situation = situationOf(settings, limit, used);
  const direction = directionOf(situation);
  const rule = rules.requestRules.find((candidate) => candidate.direction === direction);
  const amount =
    direction === undefined || rule === undefined
      ? 0
      : rescaleAmount(rule.rescale, direction, situation);
  if (direction === undefined || amount === 0) {
    return new HoldReason(rules.resource, situation, {
      events: noEvents,
      rules: rules.requestRules,
    });
  }
  const why = requestReason(rules.resource, direction, situation);
  return { amount, from: situation.current, reason: why };
}

function directionOf(situation: {
  readonly used: number;
  readonly upper: number;
  readonly lower: number;
}): Direction | undefined {
  if (situation.used > situation.upper) return "up";
  return situation.used < situation.lower ? "down" : undefined;
}

/** What is left of a wish, as if the container had been watched for long. */
export function brakedPreview(
  { limit, settings, brakes }: Pick<PreviewInput, "limit" | "settings" | "brakes">,
  target: number,
  why: Reason,
): FirstLimit {
  const current = limit ?? settings.max;
  if (target >= current) return { limit: target, reason: why };
  const longWatched = beginBrakes(monotonicSeconds(0));
  const at = monotonicSeconds(brakes.learningSeconds);
  const verdict = judgeShrink(longWatched, brakes, { at, current, target, max: settings.max });
  if (verdict.kind === "held") return { limit, reason: verdict.reason };
  if (verdict.cut === undefined) return { limit: verdict.limit, reason: why };
  return { limit: verdict.limit, reason: reason("cut-to-brake", `${why.text}; ${verdict.cut}`) };
}
