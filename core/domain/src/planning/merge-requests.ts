import type { HeldRequest, ScalingRequest } from "../messages/messages.ts";
import { reason } from "../reason/reason.ts";
import { formatShares as formatNumber } from "../structure/cpu-limit.ts";

export interface MergedRequests {
  readonly requests: readonly ScalingRequest[];
  readonly superseded: readonly HeldRequest[];
}

/**
 * One request per structure and resource. The largest raise wins, else the smallest shrink: when
 * proposals disagree, the container is left with the most of what was proposed. Amounts are never
 * added up. The result does not depend on the order the requests came in.
 */
export function mergeRequests(requests: readonly ScalingRequest[]): MergedRequests {
  const winners = new Map<string, ScalingRequest>();
  const losers: ScalingRequest[] = [];
  for (const request of requests) {
    const key = mergeKey(request);
    const rival = winners.get(key);
    if (rival === undefined) {
      winners.set(key, request);
      continue;
    }
    const isBetter = compare(request, rival) < 0;
    if (isBetter) winners.set(key, request);
    losers.push(isBetter ? rival : request);
  }
  return {
    requests: [...winners.values()].sort(byStructure),
    superseded: losers
      .sort((a, b) => byStructure(a, b) || compare(a, b))
      .map((request) => {
        const winner = winners.get(mergeKey(request));
        const amount = formatNumber(winner?.amount ?? 0);
        const text = `${winner?.policy} asks for ${amount} at the same time`;
        return { request, reason: reason("superseded", text) };
      }),
  };
}

/** No name contains a slash. */
const mergeKey = (request: ScalingRequest): string => `${request.structure}/${request.resource}`;

const byStructure = (a: ScalingRequest, b: ScalingRequest): number =>
  compareTexts(mergeKey(a), mergeKey(b));

/** Negative when `a` is to win; the last three only make equal amounts come out the same way. */
function compare(a: ScalingRequest, b: ScalingRequest): number {
  return (
    b.amount - a.amount ||
    b.priority - a.priority ||
    b.at - a.at ||
    compareTexts(a.policy, b.policy)
  );
}

export function compareTexts(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
