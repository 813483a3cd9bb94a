/**
 * Cpu on a host that has not enough for all: who holds more than its fair share gives the rest back, as
 * soon as somebody waits who holds less than its own. Without it the first ones would keep what they had
 * and a newcomer would starve at its min. The brakes on shrinks stand above it, as above any policy.
 *
 * What is given back is kept for those it was taken for: for two seconds who has its share grows no
 * further, and who has not may double. Its use shows little of what it wants, because on a full host the
 * cores hold it back as well.
 */
import type { ScalingRequest } from "../messages/messages.ts";
import { reason } from "../reason/reason.ts";
import { formatShares as formatNumber } from "../structure/cpu-limit.ts";
import type { StructureName } from "../structure/structure-name.ts";
import { type MonotonicSeconds, monotonicSeconds, type WallSeconds } from "../units/time.ts";
import { fairShares } from "./fair-shares.ts";
import type { PlannedContainer } from "./planned-container.ts";

/** The `policy` of such a request. */
export const fairSharePolicy = "fair-share";
/** Less is not worth a write. */
const leastPart = 0.03;
const leastShares = 0.5;
/** Who is held back wants more than what it can be seen to use. */
const unseenDemand = 2;
const roundSeconds = 2;

/** Who may hold what, while what was given back is dealt out. */
export interface FairRound {
  readonly until: MonotonicSeconds;
  readonly shares: ReadonlyMap<StructureName, number>;
}

export interface FullHostCase {
  readonly at: MonotonicSeconds;
  readonly stamp: WallSeconds;
  /** What all may hold together. */
  readonly grantable: number;
  /** The limits that those who wait for more asked for. */
  readonly targets: ReadonlyMap<StructureName, number>;
  /** All that have a grant on the host. */
  readonly names: () => readonly StructureName[];
  readonly container: (name: StructureName) => PlannedContainer | undefined;
}

/** What those who hold too much are asked to give back; `undefined` where nobody waits for it. */
export function beginFairRound(
  host: FullHostCase,
): { readonly requests: readonly ScalingRequest[]; readonly round: FairRound } | undefined {
  const holders = holdersOf(host);
  const shares = fairShares(host.grantable, holders);
  const sharesOf = holders.map((holder, index) => ({ ...holder, share: shares[index] ?? 0 }));
  const waits = sharesOf.some(({ wanted, current, share }) => {
    return wanted > current && isWorthwhile(share - current, current);
  });
  if (!waits) return undefined;
  const requests = sharesOf
    .filter(({ current, share }) => isWorthwhile(current - share, current))
    .map((holder) => requestOf(holder, host));
  const until = monotonicSeconds(host.at + roundSeconds);
  return {
    requests,
    round: { until, shares: new Map(sharesOf.map((one) => [one.name, one.share])) },
  };
}

/** The limit that one who asks for more may have in a round; `undefined` = it has its share. */
export function targetInRound(
  { shares }: FairRound,
  { name, current, target }: { name: StructureName; current: number; target: number },
): number | undefined {
  const share = shares.get(name);
  if (share === undefined) return target;
  if (!isWorthwhile(share - current, current)) return undefined;
  return Math.max(Math.min(target * unseenDemand, share), target);
}

interface Holder {
  readonly name: StructureName;
  readonly container: PlannedContainer;
  readonly current: number;
  readonly wanted: number;
  readonly min: number;
  readonly max: number;
  readonly priority: number;
}

function holdersOf({ names, container: containerOf, targets }: FullHostCase): readonly Holder[] {
  return names().flatMap((name) => {
    const container = containerOf(name);
    const cpu = container?.resources.cpu;
    if (container === undefined || cpu?.settings.mode !== "auto") return [];
    const { min, max, priority } = cpu.settings;
    const current = cpu.limit ?? max;
    const target = targets.get(name);
    const wanted = target === undefined ? current : Math.min(target * unseenDemand, max);
    return [{ name, container, current, wanted, min, max, priority }];
  });
}

const isWorthwhile = (difference: number, current: number): boolean =>
  difference >= Math.max(current * leastPart, leastShares);

function requestOf(
  { name, container, current, share, priority }: Holder & { readonly share: number },
  { at, stamp }: FullHostCase,
): ScalingRequest {
  const { cpuLimit } = container;
  const text = `the host is full: its fair share is ${formatNumber(share)} of ${formatNumber(current)} shares`;
  return {
    structure: name,
    id: container.id,
    resource: "cpu",
    amount: share - current,
    from: current,
    ...(cpuLimit !== undefined && {
      cpu: { burstShares: Math.min(cpuLimit.burstShares, share), periodMs: cpuLimit.periodMs },
    }),
    priority,
    isRecommendation: false,
    policy: fairSharePolicy,
    reason: reason("above-fair-share", text),
    at,
    stamp,
  };
}
