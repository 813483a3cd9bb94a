/**
 * Cpu for those who hold that quotas kill latency: the quota stands at its max and never moves, and
 * what a container needs is told to the kernel as its weight, which counts only while others want the
 * same core.
 *
 *     need    the most it used of late, halved every 10 s; a quarter is added, so that what is cut off
 *             by its neighbours can show that it wants more
 *     weight  the need, between min and max; raised at once, lowered when it is a fifth too high
 *     quota   max, whatever the use: with no max of the owner's own, the first limit or the host
 *
 * A weight is no write of the quota, so nothing is refilled. Refused: weights alone without any quota
 * (a runaway would take the host); a weight of recent means (one that sleeps would wake up poor).
 */
import { reason } from "../reason/reason.ts";
import {
  type CpuLimit,
  type CpuShape,
  formatShares as formatNumber,
} from "../structure/cpu-limit.ts";
import type { ResourceSettings } from "../structure/settings.ts";
import type { MonotonicSeconds } from "../units/time.ts";
import { ask, decideBlind, hold, type Sighted } from "./decide-blind.ts";
import { describeUse } from "./describe-situation.ts";
import { knownOf } from "./missing-data.ts";
import { wishInsideOwnersBand } from "./owners-band.ts";
import type { Decision, DecisionInput, Policy } from "./policy.ts";
import { limitInForce } from "./thresholds.ts";

/** What was used so long ago counts half, in seconds. */
const halfLifeSeconds = 10;
const headroom = 1.25;
/** A weight is written when it is so far off. */
const raiseFrom = 1.1;
const lowerFrom = 0.8;
/** As with a limit set by hand: a stall at max lasts no longer. */
const periodMsMost = 100;

export interface WeightOnlyState extends Sighted {
  /** Shares; `undefined` = nothing was seen yet. */
  readonly need: number | undefined;
}

const begin = (at: MonotonicSeconds): WeightOnlyState => ({ silentSince: at, need: undefined });

const identity = { name: "weight-only", resource: "cpu", begin } as const;

export const weightOnly = (): Policy<WeightOnlyState> => ({ ...identity, decide });

function decide(state: WeightOnlyState, input: DecisionInput): Decision<WeightOnlyState> {
  const { observation, settings, at } = input;
  const known = knownOf(observation);
  const applied = observation.cpuLimit;
  if (observation.isFrozen || known === undefined || applied === undefined) {
    return decideBlind(identity, state, input);
  }
  const { used, windowSeconds } = known;
  // A start is no measure: it begins with the weight it has.
  const before = state.need ?? applied.weight / headroom;
  const need = Math.max(used, before * 0.5 ** (windowSeconds / halfLifeSeconds));
  const next: WeightOnlyState = { silentSince: at, need };
  const weight = weightOf(need, applied, settings);
  const cpu: CpuShape = { burstShares: 0, periodMs: periodOf(applied), weight };
  const from = limitInForce(settings, known.limit);
  const use = describeUse("cpu", used, from);
  const outside = wishInsideOwnersBand("cpu", settings, known);
  if (outside !== undefined && outside.amount < 0) {
    return ask(identity, next, { input, wish: { ...outside, cpu } });
  }
  if (known.limit !== null && known.limit < settings.max) {
    const text = `${use}; back to max ${formatNumber(settings.max)}: only its weight is moved`;
    const wish = { amount: settings.max - from, from, cpu, reason: reason("quota-to-max", text) };
    return ask(identity, next, { input, wish });
  }
  if (isShaped(applied, cpu)) {
    const text = `${use}; its weight ${formatNumber(applied.weight)} fits`;
    return hold(next, reason("inside-band", text));
  }
  const text = `${use}; weight ${formatNumber(applied.weight)} → ${formatNumber(weight)}`;
  const wish = { amount: 0, from, cpu, reason: reason("weight-follows-use", text) };
  return ask(identity, next, { input, wish });
}

/** The weight of now where that is near enough. */
function weightOf(need: number, { weight }: CpuLimit, { min, max }: ResourceSettings): number {
  const wanted = Math.min(Math.max(need * headroom, min), max);
  const isNear = wanted < weight * raiseFrom && wanted > weight * lowerFrom;
  // The kernel keeps whole units of a weight: what it rounded is as good.
  return isNear && weight <= max + 1 ? weight : Math.round(wanted * 100) / 100;
}

const periodOf = ({ periodMs }: CpuLimit): number => Math.min(periodMs, periodMsMost);

const isShaped = (applied: CpuLimit, wanted: CpuShape): boolean =>
  applied.weight === wanted.weight &&
  applied.burstShares === wanted.burstShares &&
  applied.periodMs === wanted.periodMs;
