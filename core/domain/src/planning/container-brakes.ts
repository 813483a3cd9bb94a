/**
 * The brakes on one container's shrinks: learning, settling after a growth, the cut at once, the cut
 * per window, and the hold after refusals, a restart, a kill or a new server. Only the owner's max is
 * above them: a limit over it may always come down to it.
 */
import { assertNever } from "../invariant.ts";
import { type Reason, reason } from "../reason/reason.ts";
import { formatShares as formatNumber } from "../structure/cpu-limit.ts";
import { type MonotonicSeconds, monotonicSeconds } from "../units/time.ts";
import type { BrakeSettings } from "./brake-settings.ts";

export interface ContainerBrakes {
  readonly watchedSince: MonotonicSeconds;
  /**
   * Limits that were held just before a shrink, within the window. Strictly falling: a limit that
   * a later, higher one outlives can never be the highest again.
   */
  readonly peaks: readonly Peak[];
  readonly refusalsInARow: number;
  /** When its limit grew last. */
  readonly grewAt: MonotonicSeconds | undefined;
  readonly hold: ShrinkHold | undefined;
  /** When another policy was put in charge; absent when the first one still is. */
  readonly handedOverAt?: MonotonicSeconds;
}

interface Peak {
  readonly at: MonotonicSeconds;
  readonly limit: number;
}

interface ShrinkHold {
  readonly until: MonotonicSeconds;
  readonly because: HoldCause;
}

/** What makes a container so suspect that nothing of it shrinks for a while. */
export type HoldCause = "refusals" | "restart" | "kill" | "take-up";

export const beginBrakes = (watchedSince: MonotonicSeconds): ContainerBrakes => ({
  watchedSince,
  peaks: [],
  refusalsInARow: 0,
  grewAt: undefined,
  hold: undefined,
});

export interface ShrinkWish {
  readonly at: MonotonicSeconds;
  readonly current: number;
  readonly target: number;
  readonly max: number;
}

export type ShrinkVerdict =
  | { readonly kind: "allowed"; readonly limit: number; readonly cut: string | undefined }
  | { readonly kind: "held"; readonly reason: Reason };

export function judgeShrink(
  brakes: ContainerBrakes,
  settings: BrakeSettings,
  wish: ShrinkWish,
): ShrinkVerdict {
  const { at, current, target, max } = wish;
  const blocking = blockingReason(brakes, settings, at);
  if (blocking !== undefined) {
    return current > max && target <= max
      ? { kind: "allowed", limit: max, cut: blocking.text }
      : { kind: "held", reason: blocking };
  }
  const { floor, text } = shrinkFloor(brakes, settings, wish);
  if (target >= floor) return { kind: "allowed", limit: target, cut: undefined };
  // A write refills the kernel's pool: not worth it for less than one unit.
  if (current - floor < 1) return { kind: "held", reason: reason("shrink-too-fast", text) };
  return { kind: "allowed", limit: floor, cut: text };
}

/** The least the limit may be after this shrink, and the brake that says so. */
function shrinkFloor(
  brakes: ContainerBrakes,
  settings: BrakeSettings,
  { at, current, max }: ShrinkWish,
): { readonly floor: number; readonly text: string } {
  const highest = recentPeaks(brakes, settings, at).reduce(
    (most, peak) => Math.max(most, peak.limit),
    current,
  );
  const part = isJustHandedOver(brakes, settings, at) ? 0.5 : 1;
  const atOncePercent = settings.shrinkAtOncePercent * part;
  const inWindowPercent = settings.shrinkPerWindowPercent * part;
  const atOnce = remainder(current, atOncePercent);
  const inWindow = remainder(highest, inWindowPercent);
  const why = part < 1 ? ", by half as its policy was changed" : "";
  const text =
    atOnce >= inWindow
      ? `a shrink takes at most ${atOncePercent} % at once${why}`
      : `shrinks take at most ${inWindowPercent} % of ${formatNumber(highest)} in ${settings.shrinkWindowSeconds} s${why}`;
  return { floor: Math.min(Math.max(atOnce, inWindow), max), text };
}

/** As after a start: what a new policy gets wrong it gets wrong at first. */
const isJustHandedOver = (
  { handedOverAt }: ContainerBrakes,
  settings: BrakeSettings,
  at: MonotonicSeconds,
): boolean => handedOverAt !== undefined && at - handedOverAt < settings.afterStartSeconds;

/** Rounded up to a hundredth, so that rounding never takes more than the percentage. */
const remainder = (limit: number, percent: number): number =>
  Math.min(Math.ceil(((limit * (100 - percent)) / 100) * 100 - 1e-6) / 100, limit);

/** What keeps every shrink back for now. */
function blockingReason(
  { watchedSince, hold, grewAt }: ContainerBrakes,
  settings: BrakeSettings,
  at: MonotonicSeconds,
): Reason | undefined {
  if (hold !== undefined && at < hold.until) {
    const rest = `no shrink for ${formatNumber(hold.until - at)} s`;
    return holdReasonOf(hold.because, settings, rest);
  }
  const watched = at - watchedSince;
  if (watched < settings.learningSeconds) {
    const text = `learning: watched for ${formatNumber(watched)} of ${settings.learningSeconds} s`;
    return reason("learning", text);
  }
  const settled = grewAt === undefined ? Number.POSITIVE_INFINITY : at - grewAt;
  if (settled < settings.settleSeconds) {
    const text = `grew ${formatNumber(settled)} s ago: no shrink before ${settings.settleSeconds} s`;
    return reason("settling", text);
  }
  return undefined;
}

function holdReasonOf(because: HoldCause, settings: BrakeSettings, rest: string): Reason {
  switch (because) {
    case "refusals": {
      const text = `the kernel refused ${settings.refusalsToHold} orders: ${rest}`;
      return reason("held-after-refusals", text);
    }
    case "restart":
      return reason("held-after-restart", `it was restarted: ${rest}`);
    case "take-up": {
      const text = `an earlier server had it in hand, and what it did is not known: ${rest}`;
      return reason("held-after-take-up", text);
    }
    case "kill":
      return reason("held-after-kill", `the kernel killed one of its processes: ${rest}`);
    default:
      return assertNever(because);
  }
}

/** To be called when a shrink is ordered. A refused one stays: the limit before it was held too. */
export function recordShrink(
  brakes: ContainerBrakes,
  settings: BrakeSettings,
  { at, from }: { readonly at: MonotonicSeconds; readonly from: number },
): ContainerBrakes {
  const higher = recentPeaks(brakes, settings, at).filter((peak) => peak.limit > from);
  return { ...brakes, peaks: [...higher, { at, limit: from }] };
}

const recentPeaks = (
  brakes: ContainerBrakes,
  settings: BrakeSettings,
  at: MonotonicSeconds,
): readonly Peak[] => brakes.peaks.filter((peak) => at - peak.at <= settings.shrinkWindowSeconds);

export const recordApplied = (brakes: ContainerBrakes): ContainerBrakes =>
  brakes.refusalsInARow === 0 ? brakes : { ...brakes, refusalsInARow: 0 };

/** What was asked for a moment ago is not taken back at the first quiet second. */
export const recordGrowth = (brakes: ContainerBrakes, at: MonotonicSeconds): ContainerBrakes => ({
  ...brakes,
  grewAt: at,
});

/** Another policy decides from now on: what was learned of the container stays learned. */
export const recordHandOver = (brakes: ContainerBrakes, at: MonotonicSeconds): ContainerBrakes => ({
  ...brakes,
  handedOverAt: at,
});

/** The kernel said no; `isHoldBegun` when this refusal was one too many. */
export function recordRefusal(
  brakes: ContainerBrakes,
  settings: BrakeSettings,
  at: MonotonicSeconds,
): { readonly brakes: ContainerBrakes; readonly isHoldBegun: boolean } {
  const refusalsInARow = brakes.refusalsInARow + 1;
  if (refusalsInARow < settings.refusalsToHold) {
    return { brakes: { ...brakes, refusalsInARow }, isHoldBegun: false };
  }
  const isHoldBegun = brakes.hold === undefined || at >= brakes.hold.until;
  const hold = holdFrom("refusals", settings, at);
  return { brakes: { ...brakes, refusalsInARow: 0, hold }, isHoldBegun };
}

export const holdAfter = (
  because: Exclude<HoldCause, "refusals">,
  brakes: ContainerBrakes,
  { settings, at }: { readonly settings: BrakeSettings; readonly at: MonotonicSeconds },
): ContainerBrakes => ({ ...brakes, hold: holdFrom(because, settings, at) });

const holdFrom = (
  because: HoldCause,
  settings: BrakeSettings,
  at: MonotonicSeconds,
): ShrinkHold => ({ until: monotonicSeconds(at + settings.holdSeconds), because });

/** Another hand changed the limit: what we took from the old one counts no longer. */
export const forgetShrinks = (brakes: ContainerBrakes): ContainerBrakes => ({
  ...brakes,
  peaks: [],
  refusalsInARow: 0,
});

/** For operators: whether it still learns, when it may shrink, and what is in force. */
export function describeBrakes(
  brakes: ContainerBrakes,
  settings: BrakeSettings,
  at: MonotonicSeconds,
): {
  readonly isLearning: boolean;
  readonly firstShrinkInSeconds: number;
  readonly inForce: readonly Reason[];
} {
  const learningRest = brakes.watchedSince + settings.learningSeconds - at;
  const holdRest = brakes.hold === undefined ? 0 : brakes.hold.until - at;
  const settleRest = brakes.grewAt === undefined ? 0 : brakes.grewAt + settings.settleSeconds - at;
  const blocking = blockingReason(brakes, settings, at);
  return {
    isLearning: learningRest > 0,
    firstShrinkInSeconds: Math.max(learningRest, holdRest, settleRest, 0),
    inForce: blocking === undefined ? [] : [blocking],
  };
}
