/**
 * Slow recommendations, as Kubernetes' vertical autoscaler and Autopilot make them: a limit that what a
 * container did for days would not have reached. Each step is a small function of its own:
 *
 *     seconds of use ─▶ histogram ─▶ percentile ─▶ × margin ─▶ × confidence ─▶ min and max
 *
 *     cpu   95 % of the time                     watched for   1 h → × 3.4
 *     mem   all of the time                                    6 h → × 1.4
 *     a day ago counts half                                    1 d → × 1.1
 *                                                              7 d → × 1.01
 *
 * A limit that is reached hides what is wanted. Once it was for 10 s on end (memory: at once), it grows
 * by half each second until it is not, and stays so for an hour. Refused: waiting for the percentile to
 * move, as published (hours of throttling); growing at any touch (then it would be the most of an hour).
 * What was learned is kept in memory only, and begins anew with the server.
 */
import { type Reason, reason } from "../reason/reason.ts";
import { formatShares as formatNumber } from "../structure/cpu-limit.ts";
import type { ComputeResource } from "../structure/resource.ts";
import type { MonotonicSeconds } from "../units/time.ts";
import {
  type DecayingHistogram,
  emptyHistogram,
  percentileOf,
  withTime,
} from "./decaying-histogram.ts";
import { ask, decideBlind, hold, type Sighted } from "./decide-blind.ts";
import { describeUse } from "./describe-situation.ts";
import { knownOf } from "./missing-data.ts";
import { wishInsideOwnersBand } from "./owners-band.ts";
import type { Decision, DecisionInput, Policy } from "./policy.ts";
import { mostOfLastHour, nothingWanted, type RecentMost, withWanted } from "./recent-most.ts";
import { limitInForce } from "./thresholds.ts";

/** In percent of the time; 100 = the most there was. */
const percents = { cpu: 95, mem: 100 } as const;
const margin = 1.15;
const halfLifeSeconds = 24 * 3600;
/** Uses are told apart by the second: what is shorter is no matter of a slow recommendation. */
const gatheredSeconds = 1;
/** So full a limit may have cut off what was wanted. */
const reachedShare = 0.95;
const growthWhenReached = 1.5;
/** So long of cpu a percentile is meant to leave out. */
const reachedSeconds = { cpu: 10, mem: 0 } as const;
/** Another limit is written when it is so far off. */
const raiseFrom = 1.05;
const lowerFrom = 0.9;

export interface PercentileState extends Sighted {
  readonly histogram: DecayingHistogram;
  readonly watchedSeconds: number;
  readonly recent: RecentMost;
  /** For how long the limit has been reached without a break. */
  readonly reachedFor: number;
  /** The second that is being gathered: its length so far, and use × seconds, or the most. */
  readonly gathered: { readonly seconds: number; readonly sum: number; readonly most: number };
}

const nothingGathered = { seconds: 0, sum: 0, most: 0 };

const begin = (at: MonotonicSeconds): PercentileState => ({
  silentSince: at,
  histogram: emptyHistogram,
  watchedSeconds: 0,
  recent: nothingWanted,
  reachedFor: 0,
  gathered: nothingGathered,
});

export function percentile(resource: ComputeResource): Policy<PercentileState> {
  const policy = { name: "percentile", resource, begin } as const;
  return { ...policy, decide: (state, input) => decide(policy, state, input) };
}

interface Identity extends Pick<Policy<PercentileState>, "name" | "begin"> {
  readonly resource: ComputeResource;
}

function decide(
  policy: Identity,
  state: PercentileState,
  input: DecisionInput,
): Decision<PercentileState> {
  const { observation, settings, at } = input;
  const known = knownOf(observation);
  if (observation.isFrozen || known === undefined) return decideBlind(policy, state, input);
  const { used, windowSeconds, limit } = known;
  const gathered = {
    seconds: state.gathered.seconds + windowSeconds,
    sum: state.gathered.sum + used * windowSeconds,
    most: Math.max(state.gathered.most, used),
  };
  const outside = wishInsideOwnersBand(policy.resource, settings, known);
  if (outside !== undefined) {
    return ask(policy, { ...state, silentSince: at, gathered }, { input, wish: outside });
  }
  // Sums of samples miss a second by rounding.
  if (gathered.seconds < gatheredSeconds - 1e-6) {
    const text = `${describeUse(policy.resource, used, limitInForce(settings, limit))}; judged once a second`;
    return hold({ ...state, silentSince: at, gathered }, reason("no-window-yet", text));
  }
  return decideSecond(policy, { ...state, silentSince: at, gathered }, input);
}

/** A second is complete. */
function decideSecond(
  policy: Identity,
  state: PercentileState,
  input: DecisionInput,
): Decision<PercentileState> {
  const { settings, observation } = input;
  const { seconds, sum, most: peak } = state.gathered;
  const used = policy.resource === "cpu" && seconds > 0 ? sum / seconds : peak;
  const limit = limitInForce(settings, observation.limit ?? null);
  const histogram = withTime(state.histogram, { size: used, seconds }, halfLifeSeconds);
  const watchedSeconds = state.watchedSeconds + seconds;
  const reachedFor = used >= limit * reachedShare ? state.reachedFor + seconds : 0;
  const isReached = reachedFor > reachedSeconds[policy.resource];
  const learned = recommended(policy.resource, histogram, watchedSeconds);
  const wanted = isReached ? limit * growthWhenReached : 0;
  const recent = withWanted(state.recent, { wanted, seconds });
  const gathered = nothingGathered;
  const next = { ...state, histogram, watchedSeconds, recent, reachedFor, gathered };
  const most = upToHundredth(Math.max(learned, mostOfLastHour(recent)));
  const target = Math.min(Math.max(most, settings.min), settings.max);
  const seen = { use: describeUse(policy.resource, used, limit), watchedSeconds, target };
  if (target > limit * (isReached ? 1 : raiseFrom)) {
    const why = isReached ? reachedReason(seen) : percentileReason(policy.resource, seen);
    return ask(policy, next, { input, wish: { amount: target - limit, from: limit, reason: why } });
  }
  if (target < limit * lowerFrom) {
    const why = percentileReason(policy.resource, seen);
    return ask(policy, next, { input, wish: { amount: target - limit, from: limit, reason: why } });
  }
  const code = isReached ? "at-max" : "inside-band";
  return hold(next, reason(code, percentileReason(policy.resource, seen).text));
}

/** What the histogram says, with a margin, and more where little is known. */
const recommended = (
  resource: ComputeResource,
  histogram: DecayingHistogram,
  watchedSeconds: number,
): number =>
  percentileOf(histogram, percents[resource]) * margin * confidenceFactor(watchedSeconds);

/** A tenth more after a day; less with each day, more with each hour that is missing. */
const confidenceFactor = (watchedSeconds: number): number =>
  1 + (0.1 * 24 * 3600) / Math.max(watchedSeconds, 1);

interface Seen {
  readonly use: string;
  readonly watchedSeconds: number;
  readonly target: number;
}

const reachedReason = ({ use, target }: Seen): Reason =>
  reason("limit-reached", `${use}, so nobody knows what it wants: ${formatNumber(target)}`);

function percentileReason(
  resource: ComputeResource,
  { use, watchedSeconds, target }: Seen,
): Reason {
  const hours = formatNumber(watchedSeconds / 3600);
  const of = resource === "cpu" ? `${percents.cpu} % of the time` : "the most";
  const text = `${use}; ${of} in ${hours} h, with margin and for want of history, is ${formatNumber(target)}`;
  return reason("use-of-days", text);
}

/** Never less than was meant. */
const upToHundredth = (amount: number): number => Math.ceil(amount * 100 - 1e-6) / 100;
