/**
 * Disk and network bandwidth: one decision for both, in whatever unit they are measured. The limit is
 * fitted to the use, fast upwards and slowly downwards.
 *
 *     short  something waits at the limit, or nine tenths of it are used   half as much again, at once
 *     wide   less than six tenths are used, for 10 s on end                a quarter above the most of them
 *     fits   between the two
 *
 * Whether something waits is better than any measure of use: where it is known, a limit that is used in
 * full and keeps nobody waiting is right as it is. Refused: a queue length as the measure (it depends on
 * the device); the last reading as the measure for a shrink (I/O comes in bursts).
 */
import { type Reason, reason } from "../reason/reason.ts";
import { formatShares as formatNumber } from "../structure/cpu-limit.ts";
import type { RateResource } from "../structure/resource.ts";
import type { MonotonicSeconds } from "../units/time.ts";
import { ask, decideBlind, hold as holdWith, type Sighted } from "./decide-blind.ts";
import { knownOf } from "./missing-data.ts";
import type { Decision, DecisionInput, Policy } from "./policy.ts";
import { limitInForce } from "./thresholds.ts";

const shortFrom = 0.9;
const wideFrom = 0.6;
const wideSeconds = 10;
const growth = 1.5;
const headroom = 1.25;

export interface IoReading {
  /** Length of the window it is about. */
  readonly seconds: number;
  readonly used: number;
  /** `null` = none. */
  readonly limit: number | null;
  readonly min: number;
  readonly max: number;
  /** Whether something waited at the limit; absent where the kernel does not tell. */
  readonly isWaiting?: boolean | undefined;
}

/** In which direction the limit has not fitted, for how long without a break, and the most used then. */
export interface Misfit {
  readonly direction: "short" | "wide";
  readonly seconds: number;
  readonly most: number;
}

export interface IoFit {
  /** To be handed in with the next reading. */
  readonly misfit: Misfit | undefined;
  readonly outcome:
    | { readonly kind: "limit"; readonly target: number; readonly reason: Reason }
    | { readonly kind: "hold"; readonly reason: Reason };
}

export function fitIo(reading: IoReading, before: Misfit | undefined): IoFit {
  const { used, min, max } = reading;
  const limit = Math.min(reading.limit ?? max, max);
  const use = `used ${formatNumber(used)} of ${formatNumber(limit)}`;
  if (limit < min) return set(min, reason("below-min", `${use}; the limit is below min`));
  if (reading.limit !== null && reading.limit > max) {
    return set(max, reason("above-max", `${use}; the limit is above max`));
  }
  const misfit = misfitOf(reading, limit, before);
  if (misfit === undefined) return hold(misfit, "inside-band", `${use}: it fits`);
  return misfit.direction === "short"
    ? fitShort(reading, { limit, use, misfit })
    : fitWide(reading, { limit, use, misfit });
}

interface Seen {
  readonly limit: number;
  readonly use: string;
  readonly misfit: Misfit;
}

function fitShort({ used, max, isWaiting }: IoReading, { limit, use, misfit }: Seen): IoFit {
  const why = isWaiting === true ? "something waits at it" : "it is nearly all used";
  if (limit >= max) return hold(misfit, "at-max", `${use}: ${why}, and it is at its max`);
  const target = Math.min(Math.max(used, limit) * growth, max);
  return set(target, reason("usage-above-upper", `${use}: ${why}`));
}

function fitWide({ min }: IoReading, { limit, use, misfit }: Seen): IoFit {
  if (limit <= min) return hold(misfit, "at-min", `${use}, and the limit is at its min`);
  const { seconds, most } = misfit;
  if (seconds < wideSeconds - 1e-6) {
    const text = `${use}: too wide for ${formatNumber(seconds)} of ${wideSeconds} s`;
    return hold(misfit, "not-enough-events", text);
  }
  const target = Math.max(most * headroom, min);
  const text = `${use}: at most ${formatNumber(most)} in ${formatNumber(seconds)} s`;
  return set(target, reason("usage-below-lower", text));
}

function misfitOf(
  { seconds, used, isWaiting }: IoReading,
  limit: number,
  before: Misfit | undefined,
): Misfit | undefined {
  const isShort = isWaiting ?? used >= limit * shortFrom;
  if (!isShort && used >= limit * wideFrom) return undefined;
  const direction = isShort ? "short" : "wide";
  const goesOn = before?.direction === direction;
  return {
    direction,
    seconds: seconds + (goesOn ? before.seconds : 0),
    most: Math.max(used, goesOn ? before.most : 0),
  };
}

/** What did not fit under the limit of before is over with it. */
const set = (target: number, why: Reason): IoFit => ({
  misfit: undefined,
  outcome: { kind: "limit", target, reason: why },
});

const hold = (misfit: Misfit | undefined, code: Reason["code"], text: string): IoFit => ({
  misfit,
  outcome: { kind: "hold", reason: reason(code, text) },
});

export interface IoFitState extends Sighted {
  readonly misfit: Misfit | undefined;
}

const begin = (at: MonotonicSeconds): IoFitState => ({ silentSince: at, misfit: undefined });

/** The decision as a policy that can be chosen. */
export function ioFit(resource: RateResource): Policy<IoFitState> {
  const policy = { name: "io-fit", resource, begin } as const;
  return { ...policy, decide: (state, input) => decide(policy, state, input) };
}

function decide(
  policy: Pick<Policy<IoFitState>, "name" | "resource" | "begin">,
  state: IoFitState,
  input: DecisionInput,
): Decision<IoFitState> {
  const { observation, settings, at } = input;
  const known = knownOf(observation);
  if (observation.isFrozen || known === undefined) return decideBlind(policy, state, input);
  const { used, limit, windowSeconds: seconds } = known;
  const { min, max } = settings;
  const { misfit, outcome } = fitIo({ seconds, used, limit, min, max }, state.misfit);
  const next: IoFitState = { silentSince: at, misfit };
  if (outcome.kind === "hold") return holdWith(next, outcome.reason);
  const from = limit !== null && limit > max ? limit : limitInForce(settings, limit);
  const wish = { amount: outcome.target - from, from, reason: outcome.reason };
  return ask(policy, next, { input, wish });
}
