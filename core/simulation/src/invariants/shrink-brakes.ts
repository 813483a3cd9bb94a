import type { BrakeSettings, Change, ResourceSettings } from "@sc/domain";
import { type InvariantChecker, nothingBroken } from "./checker.ts";
import type { BrakeFacts, ContainerFactsNow, HostFacts } from "./facts.ts";
import { rounding } from "./limits.ts";

/** Seconds by which the moment of an order and that of its answer may differ. */
const answerSeconds = 1;

/** A memory write takes at most so long before it is taken as lost. */
const writeSeconds = 10;

/** Whatever a policy wants: not before it was watched, not too much, not too often, not after a mishap. */
export const shrinkBrakesChecker: InvariantChecker = {
  invariant: 10,
  title: "brakes hold, whatever the policy",
  check: (fact) => {
    if (fact.kind !== "change" || !isShrinkOfPolicy(fact.change)) return nothingBroken;
    const { change, before } = fact;
    const container = before.containers.find(({ id }) => id === change.id);
    if (container?.brakes === undefined || before.brakes === undefined) return nothingBroken;
    const settings = container.settings.resources[change.resource];
    const facts = container.brakes[change.resource];
    const shrink = { change, container, settings, facts, host: before };
    // Above its max it may come down to it at any time: the owner's word is above the brakes. A memory
    // write that is under way comes down to the max there was when it began.
    const isMaxNew =
      change.resource === "mem" && change.at - container.settingsSince < writeSeconds;
    const broken =
      isDownToMax(change, settings) || isMaxNew ? [] : checkContainer(shrink, before.brakes);
    return [...broken, ...checkHost(before, before.brakes, change)].map(
      (text) => `${change.structure} ${change.resource} ${change.old} → ${change.new}: ${text}`,
    );
  },
};

interface Shrink {
  readonly change: Change;
  readonly container: ContainerFactsNow;
  readonly settings: ResourceSettings;
  readonly facts: BrakeFacts;
  readonly host: HostFacts;
}

const isShrinkOfPolicy = ({ outcome, author, old, new: now, sequence }: Change): boolean =>
  outcome === "applied" &&
  sequence !== undefined &&
  author.kind === "policy" &&
  typeof now === "number" &&
  (typeof old !== "number" || now < old);

const isDownToMax = ({ new: now, resource }: Change, { max }: ResourceSettings): boolean =>
  typeof now === "number" && now >= max - rounding[resource];

function checkContainer(shrink: Shrink, brakes: BrakeSettings): readonly string[] {
  const { change, facts } = shrink;
  const { at } = change;
  const broken: string[] = [];
  const watched = at - facts.watchedSince;
  const isOlder = wasOrderedBefore(change, facts.watchedSince);
  if (!isOlder && watched < brakes.learningSeconds - rounding.cpu)
    broken.push(`watched for ${watched} s`);
  const settled = at - (facts.grewAt ?? Number.NEGATIVE_INFINITY);
  if (settled < brakes.settleSeconds - answerSeconds) broken.push(`grew ${settled} s ago`);
  const heldFor = (facts.heldUntil ?? Number.NEGATIVE_INFINITY) - at;
  // What was on its way when the hold began is not called back.
  const wayThere = change.resource === "mem" ? writeSeconds : answerSeconds;
  if (heldFor > answerSeconds && heldFor < brakes.holdSeconds - wayThere)
    broken.push(`held for ${heldFor} s more`);
  return [...broken, ...checkDepth(shrink, brakes)];
}

/** An order's number begins with its moment in µs. What another scaler ordered may land late. */
const wasOrderedBefore = ({ sequence = 0 }: Change, at: number): boolean =>
  sequence < Math.floor(at * 1e6);

function checkDepth(shrink: Shrink, brakes: BrakeSettings) {
  const { change, container, settings, facts, host } = shrink;
  const { id, resource, at } = change;
  const now = change.new ?? settings.max;
  const old = change.old ?? settings.max;
  const least = (from: number, percent: number): number =>
    Math.min((from * (100 - percent)) / 100, settings.max) - rounding[resource];
  const broken: string[] = [];
  if (now < least(old, brakes.shrinkAtOncePercent)) broken.push("too much at once");
  const windowSince = Math.max(at - brakes.shrinkWindowSeconds + answerSeconds, facts.countedSince);
  const highest = host.changes
    .filter((one) => one.id === id && one.resource === resource && one.at > windowSince)
    .filter(isShrinkOfPolicy)
    // What had no limit had its max of then, and nobody knows it any more.
    .filter(({ old: from, at: then }) => from !== null || then > container.settingsSince)
    // A new server cannot know how far above its max a limit was: it counts as taken from there.
    .map(({ old: from, at: then }) =>
      then < facts.watchedSince
        ? Math.min(from ?? settings.max, settings.max)
        : (from ?? settings.max),
    )
    .reduce((most, from) => Math.max(most, from), old);
  if (now < least(highest, brakes.shrinkPerWindowPercent))
    broken.push(`too much of ${highest} in a window`);
  return broken;
}

function checkHost(host: HostFacts, brakes: BrakeSettings, change: Change): readonly string[] {
  const { scalerStartedAt: startedAt, changes } = host;
  if (startedAt === undefined) return nothingBroken;
  const isJustStarted = change.at - startedAt < brakes.afterStartSeconds - answerSeconds;
  const { hostShrinksPerMinute, hostShrinksPerMinuteAfterStart } = brakes;
  const most = isJustStarted
    ? hostShrinksPerMinuteAfterStart
    : Math.max(hostShrinksPerMinute, hostShrinksPerMinuteAfterStart);
  // A new server learns for longer than the minute that may have passed before it.
  const since = Math.max(change.at - 60 + answerSeconds, startedAt);
  const recent = changes.filter(({ at }) => at > since);
  const count = recent.filter(isShrinkOfPolicy).length + 1;
  return count > most ? [`the host's ${count}th shrink of a minute, of ${most}`] : nothingBroken;
}
