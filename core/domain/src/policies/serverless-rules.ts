/**
 * The published policy: usage is compared with two thresholds under the limit once per window; what
 * crossed one becomes an event, enough events become a request.
 *
 *     sample ──▶ window ──▶ event rules ──▶ events ──▶ request rules ──▶ request or hold
 *
 * Where it is mended: of several requests in one window one is made (the largest raise, else the
 * smallest shrink); the events that are used up are of the kind that fired, oldest first; a raise
 * voids the underuse seen before it, because it was seen under the smaller limit. A limit outside
 * the owner's min and max goes there first, whatever the usage.
 */
import type { ResourceEvent } from "../messages/messages.ts";
import { type Reason, reason } from "../reason/reason.ts";
import { formatShares as formatNumber } from "../structure/cpu-limit.ts";
import type { Resource } from "../structure/resource.ts";
import type { MonotonicSeconds } from "../units/time.ts";
import type { CompiledRules } from "./compile-rules.ts";
import { requestReason } from "./describe-situation.ts";
import { HoldReason } from "./hold-reason.ts";
import { knownOf, missingReason, wishWithoutData } from "./missing-data.ts";
import { wishInsideOwnersBand } from "./owners-band.ts";
import {
  addEvent,
  noEvents,
  type PendingEvents,
  removeOldest,
  withoutExpired,
} from "./pending-events.ts";
import type { Decision, DecisionInput, Outcome, Policy } from "./policy.ts";
import { rescaleAmount, type Situation, situationOf } from "./rescale.ts";
import { RuleDataSheet } from "./rule-data.ts";
import { requestOf, type Wish } from "./wish.ts";

const policyName = "serverless-rules";

export interface ServerlessRulesState {
  /** Since when there has been no usable reading. */
  readonly silentSince: MonotonicSeconds;
  /** The window being gathered: its length so far, and usage × seconds. */
  readonly gatheredSeconds: number;
  readonly gatheredUse: number;
  /** Windows completed so far. */
  readonly windows: number;
  readonly events: PendingEvents;
}

/** The rules, and the sheet they are evaluated on. */
interface Judge extends CompiledRules {
  readonly sheet: RuleDataSheet;
}

export function serverlessRules(rules: CompiledRules): Policy<ServerlessRulesState> {
  const judge: Judge = { ...rules, sheet: new RuleDataSheet(rules.settings.resource) };
  return {
    name: policyName,
    resource: rules.settings.resource,
    begin,
    decide: (state, input) => decide(judge, state, input),
  };
}

const begin = (at: MonotonicSeconds): ServerlessRulesState => beginAgain(at, 0, noEvents);

const beginAgain = (
  at: MonotonicSeconds,
  windows: number,
  events: PendingEvents,
): ServerlessRulesState => ({
  silentSince: at,
  gatheredSeconds: 0,
  gatheredUse: 0,
  windows,
  events,
});

function decide(
  rules: Judge,
  state: ServerlessRulesState,
  input: DecisionInput,
): Decision<ServerlessRulesState> {
  const { observation, at } = input;
  if (observation.isFrozen) {
    return hold(beginAgain(at, state.windows, noEvents), reason("frozen", "it is frozen"));
  }
  const known = knownOf(observation);
  if (known === undefined) return decideWithoutData(rules, state, input);
  const { windowSeconds, used, limit } = known;
  const gatheredSeconds = state.gatheredSeconds + windowSeconds;
  const gatheredUse = state.gatheredUse + used * windowSeconds;
  const wantedSeconds = rules.settings.windowSeconds ?? 0;
  // Sums of samples miss the window's length by rounding.
  if (gatheredSeconds < wantedSeconds - 1e-6) {
    const text = `${formatNumber(gatheredSeconds)} of ${wantedSeconds} s of the window gathered`;
    const next = { ...state, silentSince: at, gatheredSeconds, gatheredUse };
    return hold(next, reason("no-window-yet", text));
  }
  const mean = gatheredSeconds > 0 ? gatheredUse / gatheredSeconds : used;
  return decideWindow(rules, state, { input, limit, used: mean });
}

/** Missing is not zero: hold, and when it lasts, give the container all it may have. */
function decideWithoutData(
  rules: Judge,
  state: ServerlessRulesState,
  input: DecisionInput,
): Decision<ServerlessRulesState> {
  const { at } = input;
  const silentSeconds = at - state.silentSince;
  if (silentSeconds < rules.settings.noDataSeconds) {
    return hold(state, missingReason(input));
  }
  // Counted anew, so that the wish comes again if it came to nothing.
  const next = beginAgain(at, state.windows, noEvents);
  const wish = wishWithoutData(rules.settings.resource, input, silentSeconds);
  if (wish === undefined) return hold(next, missingReason(input));
  return { state: next, events: [], outcome: request(rules.settings.resource, input, wish) };
}

/** A window that is complete: what was used on average, and the limit it ended with. */
interface CompleteWindow {
  readonly input: DecisionInput;
  readonly used: number;
  readonly limit: number | null;
}

function decideWindow(
  rules: Judge,
  before: ServerlessRulesState,
  { input, limit, used }: CompleteWindow,
): Decision<ServerlessRulesState> {
  const { settings, at } = input;
  const { resource, eventTimeoutWindows } = rules.settings;
  const windows = before.windows + 1;
  const outside = wishInsideOwnersBand(resource, settings, { limit, used });
  if (outside !== undefined) {
    const state = beginAgain(at, windows, noEvents);
    return { state, events: nothingNoticed, outcome: request(resource, input, outside) };
  }
  const situation = situationOf(settings, limit, used);
  const valid = withoutExpired(before.events, windows - eventTimeoutWindows);
  rules.sheet.fill(situation, valid);
  const events = noticeEvents(rules, input, situation);
  const pending = events.reduce((all, { direction }) => addEvent(all, direction, windows), valid);
  const { wish, remaining } = chooseWish(rules, situation, pending);
  const counted = { events: remaining, rules: rules.requestRules };
  const outcome: Outcome =
    wish === undefined
      ? { kind: "hold", reason: new HoldReason(resource, situation, counted) }
      : request(resource, input, wish);
  return { state: beginAgain(at, windows, remaining), events, outcome };
}

const nothingNoticed: readonly ResourceEvent[] = [];

function noticeEvents(
  rules: Judge,
  input: DecisionInput,
  situation: Situation,
): readonly ResourceEvent[] {
  const { resource } = rules.settings;
  let events = nothingNoticed;
  for (const { name, direction, holds } of rules.eventRules) {
    if (!holds(rules.sheet.data)) continue;
    const event: ResourceEvent = {
      structure: input.observation.structure,
      resource,
      direction,
      rule: name,
      used: situation.used,
      threshold: direction === "up" ? situation.upper : situation.lower,
      at: input.at,
      stamp: input.stamp,
    };
    events = [...events, event];
  }
  return events;
}

/** Every rule that fires uses up its events, also when no amount is possible. No event, no request. */
function chooseWish(
  rules: Judge,
  situation: Situation,
  pending: PendingEvents,
): { readonly wish: Wish | undefined; readonly remaining: PendingEvents } {
  if (pending.up.length === 0 && pending.down.length === 0) return nothingPending;
  const { resource } = rules.settings;
  rules.sheet.setEvents(pending);
  let best = 0;
  let remaining = pending;
  for (const { direction, rescale, eventsToRemove, holds } of rules.requestRules) {
    if (!holds(rules.sheet.data)) continue;
    remaining = removeOldest(remaining, direction, eventsToRemove);
    best = preferredAmount(best, rescaleAmount(rescale, direction, situation));
  }
  if (best === 0) return { wish: undefined, remaining };
  const why = requestReason(resource, best > 0 ? "up" : "down", situation);
  const wish = { amount: best, from: situation.current, reason: why };
  return { wish, remaining: best > 0 ? { ...remaining, down: [] } : remaining };
}

const nothingPending = { wish: undefined, remaining: noEvents } as const;

/** The largest raise, else the smallest shrink; 0 is no wish at all. */
function preferredAmount(a: number, b: number): number {
  if (a === 0 || b === 0) return a + b;
  return Math.max(a, b);
}

const request = (resource: Resource, input: DecisionInput, wish: Wish): Outcome =>
  requestOf({ name: policyName, resource }, input, wish);

const hold = (state: ServerlessRulesState, why: Reason): Decision<ServerlessRulesState> => ({
  state,
  events: [],
  outcome: { kind: "hold", reason: why },
});
