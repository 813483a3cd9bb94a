/**
 * What a container would have had if every recommendation had been followed: nothing of it is applied, so
 * the limit is one that only stands in this book. Its policy decides from it too: from the real limit,
 * which nobody moves, it would recommend the same for ever.
 *
 * The use is that of the real limit. What the recommended one would have held back, and so the demand that
 * came later for it, is not in it; how long it would have held back is.
 */
import type { ScalingRequest } from "../messages/messages.ts";
import { type Bucket, bucketAfter, handedOutBy } from "../observation/bucket.ts";
import { type CpuLimit, shapedCpuLimit } from "../structure/cpu-limit.ts";

export interface Recommendation {
  /** In the resource's unit. */
  readonly limit: number;
  /** Of cpu: the whole of it. */
  readonly cpuLimit: CpuLimit | undefined;
  readonly bucket: Bucket | undefined;
  readonly seconds: number;
  /** Unit × seconds. */
  readonly used: number;
  readonly allocated: number;
  /** For so long more was used than the recommended limit, with its saved time, would have allowed. */
  readonly shortSeconds: number;
  readonly changes: number;
}

/** From the limit of now on. */
export const beginRecommendation = (
  limit: number,
  cpuLimit: CpuLimit | undefined,
): Recommendation => ({
  limit,
  cpuLimit: cpuLimit && { ...cpuLimit, quotaShares: limit },
  bucket: undefined,
  seconds: 0,
  used: 0,
  allocated: 0,
  shortSeconds: 0,
  changes: 0,
});

/** One sample under the recommended limit. */
export function withSample(
  before: Recommendation,
  { seconds, used }: { readonly seconds: number; readonly used: number },
): Recommendation {
  const { limit, cpuLimit } = before;
  const bucket = cpuLimit && bucketAfter(before.bucket, cpuLimit, { seconds, used });
  const isShort = used > limit && (bucket === undefined || bucket.level < 0);
  return {
    ...before,
    bucket,
    seconds: before.seconds + seconds,
    used: before.used + used * seconds,
    allocated: before.allocated + limit * seconds,
    shortSeconds: before.shortSeconds + (isShort ? seconds : 0),
  };
}

/** Its policy recommends another limit. */
export function withRequest(
  before: Recommendation,
  { from, amount, cpu }: Pick<ScalingRequest, "from" | "amount" | "cpu">,
): Recommendation {
  const limit = from + amount;
  const changes = before.changes + 1;
  if (before.cpuLimit === undefined) return { ...before, limit, changes };
  const { periodMs } = before.cpuLimit;
  const cpuLimit = shapedCpuLimit(limit, cpu ?? { burstShares: 0, periodMs });
  const allocated = before.allocated + handedOutBy(before.bucket, cpuLimit, 1);
  return { ...before, limit, cpuLimit, allocated, changes };
}
