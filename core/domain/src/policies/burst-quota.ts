/**
 * Cpu: the quota just above the mean, the burst for the variance.
 *
 * The kernel lets a group keep unused quota, up to its burst. So the quota need not stand above the
 * peaks; it is enough that the bucket does not run dry between them:
 *
 *     quota    recent mean + headroom; the less the use varies for the size of the bucket, the less
 *     burst    as much as the quota, the most the kernel takes; period 1 s: ten times the bucket
 *     raise    when the bucket would not last another sample; that write refills it as well
 *     lower    when it stayed full for 1 s and the quota is more than 3 % too high
 *     unseen   half as much again for who uses all and has nothing saved: what it wants is not seen
 *     period   100 ms where it cannot be raised (at max, host full): short stalls instead of long
 *     start    nothing is lowered for 3 s
 *
 * Every write hands out a quota, so none is made without one of these reasons. Refused: a quota above
 * recent peaks, as all published controllers set it (it pays for the peak all the time); waiting for
 * the kernel's throttling counters (too late).
 */

import { type Bucket, bucketAfter, bucketMost, isSameBucket } from "../observation/bucket.ts";
import { type Reason, reason } from "../reason/reason.ts";
import { type CpuShape, kernelDefaultCpuLimit } from "../structure/cpu-limit.ts";
import type { MonotonicSeconds } from "../units/time.ts";
import { BurstQuotaHold, type BurstSituation, describeBucket } from "./burst-quota-hold.ts";
import { knownOf, missingReason, wishWithoutData } from "./missing-data.ts";
import { wishInsideOwnersBand } from "./owners-band.ts";
import type { Decision, DecisionInput, Policy } from "./policy.ts";
import { deviationOf, nothingUsedYet, type RecentUse, withUse } from "./recent-use.ts";
import { limitInForce } from "./thresholds.ts";
import { requestOf, type Wish } from "./wish.ts";

export interface BurstQuotaOptions {
  /** Length of a period where the limit can be raised, in milliseconds, 1 to 1000; default 1000. */
  readonly periodMs: number;
}

const identity = { name: "burst-quota", resource: "cpu" } as const;
const ownPeriodMs = 1000;
/** Where a limit cannot be raised, a stall lasts no longer than with a limit set by hand. */
const shortPeriodMs = 100;
/** Nothing known for so long: up to the safe limit. As with the published rules. */
const noDataSeconds = 60;
/** What has just begun shows little; that a container starts is the brakes' to know (learning). */
const startUpSeconds = 3;
/** A bucket that stays full for so long shows a quota that is too high. */
const fullSeconds = 1;
const fullShare = 0.9;
/** A write is a refill: not for less than this share of the quota. */
const deadBand = 0.03;
/** The typical dip of the bucket is its size over twice this. */
const dips = 0.7;
const headroomLeast = 0.01;
const headroomMost = 1;
/** The next sample may take so many standard deviations more than the mean. */
const guardDeviations = 2;
/** So many are no chance but another load: the sample itself is believed. */
const jumpDeviations = 4;
/** Who uses so much of the quota with nothing saved would use more. */
const heldBackShare = 0.98;
/** It gets so much more each time, as a share of the quota: what is too much is lowered again. */
const heldBackRaise = 0.5;
/** A raise that did not come for so long will not come soon. */
const deniedSeconds = 0.5;
/** The least raise: what refills must differ from what is there. */
const leastRaise = { share: 0.001, shares: 0.02 };

export interface BurstQuotaState {
  readonly silentSince: MonotonicSeconds;
  readonly watchedFor: number;
  readonly use: RecentUse;
  readonly bucket: Bucket | undefined;
  readonly throttledPeriods: number | undefined;
  /** For how long the bucket has been full, and for how long a raise has not come. */
  readonly fullFor: number;
  readonly deniedFor: number;
}

export function burstQuota(
  { periodMs }: BurstQuotaOptions = { periodMs: ownPeriodMs },
): Policy<BurstQuotaState> {
  return { ...identity, begin, decide: (state, input) => decide(periodMs, state, input) };
}

const begin = (at: MonotonicSeconds): BurstQuotaState => ({
  silentSince: at,
  watchedFor: 0,
  use: nothingUsedYet,
  bucket: undefined,
  throttledPeriods: undefined,
  fullFor: 0,
  deniedFor: 0,
});

function decide(
  periodMs: number,
  state: BurstQuotaState,
  input: DecisionInput,
): Decision<BurstQuotaState> {
  const { observation, settings, at } = input;
  if (observation.isFrozen) return hold(begin(at), reason("frozen", "it is frozen"));
  const known = knownOf(observation);
  if (known === undefined) return decideWithoutData(state, input);
  const { windowSeconds: seconds, used, limit } = known;
  const now = { seconds, used };
  const applied = observation.cpuLimit ?? { ...kernelDefaultCpuLimit, quotaShares: limit };
  const throttled = observation.throttledPeriods;
  const isThrottled = isMore(throttled, state.throttledPeriods);
  const computed = bucketAfter(state.bucket, applied, now);
  // What the kernel counted is true, if late; what was computed may be a little off.
  const bucket = isThrottled ? { ...computed, level: Math.min(computed.level, 0) } : computed;
  const situation: BurstSituation = {
    now,
    settings,
    limit: applied,
    quota: limitInForce(settings, limit),
    before: state.use,
    use: withUse(state.use, now),
    level: bucket.level,
    isFull: bucket.level >= bucketMost(applied) * fullShare,
    periodMs,
  };
  const isAsBefore = state.bucket !== undefined && isSameBucket(state.bucket.limit, applied);
  const next: BurstQuotaState = {
    silentSince: at,
    watchedFor: state.watchedFor + seconds,
    use: situation.use,
    bucket,
    throttledPeriods: throttled ?? state.throttledPeriods,
    fullFor: situation.isFull ? state.fullFor + seconds : 0,
    deniedFor: isAsBefore && isShort(situation) ? state.deniedFor + seconds : 0,
  };
  const outside = wishInsideOwnersBand("cpu", settings, { limit, used });
  if (outside !== undefined) return ask(next, input, outside);
  return isShort(situation)
    ? decideRaise(next, input, situation)
    : decideLower(next, input, situation);
}

/** Missing is not zero: hold, and when it lasts, give the container all it may have. */
function decideWithoutData(
  state: BurstQuotaState,
  input: DecisionInput,
): Decision<BurstQuotaState> {
  const silent = input.at - state.silentSince;
  if (silent < noDataSeconds) return hold(state, missingReason(input));
  const wish = wishWithoutData("cpu", input, silent);
  const next = begin(input.at);
  return wish === undefined ? hold(next, missingReason(input)) : ask(next, input, wish);
}

const isMore = (now: number | undefined, before: number | undefined): boolean =>
  now !== undefined && before !== undefined && now > before;

/** Nothing is saved, and all of the quota is used: what it would use without it is not seen. */
const isHeldBack = ({ now, quota, level }: BurstSituation): boolean =>
  level <= 0 && now.used >= quota * heldBackShare;

/** Whether the bucket may run dry before the next sample is acted on, or has. */
function isShort(situation: BurstSituation): boolean {
  const { now, use, quota, level } = situation;
  const likely = use.mean + guardDeviations * deviationOf(use, now.seconds);
  return isHeldBack(situation) || level < (likely - quota) * now.seconds;
}

function decideRaise(
  state: BurstQuotaState,
  input: DecisionInput,
  situation: BurstSituation,
): Decision<BurstQuotaState> {
  const { limit, quota, settings } = situation;
  const isDenied = quota >= settings.max || state.deniedFor >= deniedSeconds;
  const isLong = limit.quotaShares !== null && limit.periodMs > shortPeriodMs;
  if (isDenied && isLong) {
    const cpu = { burstShares: quota, periodMs: shortPeriodMs };
    const text = `${describeBucket(situation)}, and the quota cannot be raised: short stalls instead of long`;
    return ask(state, input, {
      amount: 0,
      from: quota,
      cpu,
      reason: reason("period-shortened", text),
    });
  }
  if (quota >= settings.max) return hold(state, new BurstQuotaHold("at-max", situation));
  const raised = Math.min(raisedQuota(situation), settings.max);
  const wish: Wish = {
    amount: raised - quota,
    from: quota,
    cpu: shapeOfRaise(situation, raised),
    reason: reason("bucket-runs-low", describeBucket(situation)),
  };
  return ask(state, input, wish);
}

function raisedQuota(situation: BurstSituation): number {
  const { now, before, use, quota } = situation;
  const wanted = use.mean * (1 + headroomOf(situation));
  const usual = before.mean + jumpDeviations * deviationOf(before, now.seconds) + 1;
  const share = isHeldBack(situation) ? heldBackRaise : leastRaise.share;
  const least = quota + Math.max(quota * share, leastRaise.shares);
  return upToHundredth(Math.max(wanted, now.used > usual ? now.used : 0, least));
}

/** Another burst would be a second refill, so one that is good enough stays. */
function shapeOfRaise({ limit, settings, periodMs }: BurstSituation, raised: number): CpuShape {
  if (raised >= settings.max) return { burstShares: raised, periodMs: shortPeriodMs };
  const isGoodEnough = limit.periodMs === periodMs && limit.burstShares >= raised / 2;
  return { burstShares: isGoodEnough ? limit.burstShares : raised, periodMs };
}

function decideLower(
  state: BurstQuotaState,
  input: DecisionInput,
  situation: BurstSituation,
): Decision<BurstQuotaState> {
  const { isFull, quota, settings, use, periodMs } = situation;
  if (!isFull) return hold(state, new BurstQuotaHold("bucket-in-use", situation));
  if (state.watchedFor < startUpSeconds)
    return hold(state, new BurstQuotaHold("start-up", situation));
  const wanted = upToHundredth(use.mean * (1 + headroomOf(situation)));
  const lowered = Math.min(Math.max(wanted, settings.min), settings.max);
  if (lowered >= quota * (1 - deadBand)) {
    const code = quota <= settings.min ? "at-min" : "inside-band";
    return hold(state, new BurstQuotaHold(code, situation));
  }
  if (state.fullFor < fullSeconds) {
    return hold(state, new BurstQuotaHold("bucket-in-use", situation));
  }
  const wish: Wish = {
    amount: lowered - quota,
    from: quota,
    cpu: { burstShares: lowered, periodMs },
    reason: reason("bucket-stays-full", describeBucket(situation)),
  };
  return ask({ ...state, fullFor: 0 }, input, wish);
}

/**
 * How much above the mean the quota must stand, as a share of it. Use that varies by `variance` a second
 * around a quota that is h × mean higher dips from a full bucket by variance ÷ (2 h mean) on average
 * (random walk with a drift below a barrier); h is chosen so that this is a part of the bucket.
 */
function headroomOf({
  use: { mean, variance },
  settings: { min },
  periodMs,
}: Pick<BurstSituation, "use" | "settings" | "periodMs">): number {
  const size = (Math.max(mean, min) * periodMs) / 1000;
  const headroom = (dips * variance) / (Math.max(mean, 1) * size);
  return Math.min(Math.max(headroom, headroomLeast), headroomMost);
}

/** Never less than was meant. */
const upToHundredth = (shares: number): number => Math.ceil(shares * 100 - 1e-6) / 100;

function ask(state: BurstQuotaState, input: DecisionInput, wish: Wish): Decision<BurstQuotaState> {
  return { state, events: [], outcome: requestOf(identity, input, wish) };
}

const hold = (state: BurstQuotaState, why: Reason): Decision<BurstQuotaState> => ({
  state,
  events: [],
  outcome: { kind: "hold", reason: why },
});
