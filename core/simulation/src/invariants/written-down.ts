import type { Change, ReasonCode } from "@sc/domain";
import { type InvariantChecker, nothingBroken } from "./checker.ts";
import type { HostFacts, LimitWrite } from "./facts.ts";
import {
  containerOf,
  describeValue,
  isLess,
  isMeantAsSqueeze,
  isPutBack,
  isSameValue,
} from "./limits.ts";

/** Every change says who, why, from what and to what; a squeeze says it in the journal first. */
export const writtenDownChecker: InvariantChecker = {
  invariant: 4,
  title: "every change has its reason, every squeeze its line, and no disk stops a raise",
  check: (fact) => {
    if (fact.kind === "write") return checkLine(fact.write, fact.before);
    if (fact.kind === "change")
      return [...checkComplete(fact.change), ...checkNotBlocked(fact.change, fact.before)];
    return nothingBroken;
  },
};

function checkLine(write: LimitWrite, before: HostFacts): readonly string[] {
  const { asked, line } = write;
  const container = containerOf(write, before);
  if (container === undefined || isPutBack(write, container)) return nothingBroken;
  const what = `${describeValue(asked)} for ${container.name}`;
  const isMeant = line?.entry.step === "intended" && isSameValue(line.entry.new, asked);
  if (!isMeant) return [`nobody said why ${what} is written`];
  const isShrink = isMeantAsSqueeze(write);
  return isShrink && !line.isWritten
    ? [`${what} is a squeeze and not in the journal`]
    : nothingBroken;
}

function checkComplete(change: Change): readonly string[] {
  if (change.outcome !== "applied") return nothingBroken;
  const broken: string[] = [];
  const what = `a change of ${change.resource} of ${change.structure}`;
  if (change.reason.text === "") broken.push(`${what} has no reason`);
  if (change.old === undefined) broken.push(`${what} does not say what was before`);
  if (change.new === undefined) broken.push(`${what} does not say what is`);
  return broken;
}

const diskCodes: ReadonlySet<ReasonCode> = new Set(["no-journal", "no-lease"]);

/** What would have been cut to max may have become a squeeze by it. */
function checkNotBlocked(change: Change, { containers }: HostFacts): readonly string[] {
  const { outcome, detail, old, new: wanted, resource } = change;
  const isOfDisk = outcome === "refused" && detail !== undefined && diskCodes.has(detail.code);
  if (!isOfDisk || typeof old !== "number" || wanted === undefined) return nothingBroken;
  const max = containers.find(({ id }) => id === change.id)?.settings.resources[resource].max;
  const isRaise = isLess(old, wanted) && max !== undefined && old < max;
  return isRaise ? [`${old} of ${change.structure} was not raised: ${detail.text}`] : nothingBroken;
}
