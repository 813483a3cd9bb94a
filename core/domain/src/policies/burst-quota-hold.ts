import { assertNever } from "../invariant.ts";
import { bucketMost } from "../observation/bucket.ts";
import type { Reason } from "../reason/reason.ts";
import { type CpuLimit, formatShares as formatNumber } from "../structure/cpu-limit.ts";
import type { ResourceSettings } from "../structure/settings.ts";
import type { RecentUse } from "./recent-use.ts";

/** What one sample shows, and what was known before it. */
export interface BurstSituation {
  readonly now: { readonly seconds: number; readonly used: number };
  readonly settings: ResourceSettings;
  readonly limit: CpuLimit;
  /** What is in force: of no limit its max. */
  readonly quota: number;
  readonly before: RecentUse;
  readonly use: RecentUse;
  readonly level: number;
  readonly isFull: boolean;
  readonly periodMs: number;
}

type HoldCode = "bucket-in-use" | "inside-band" | "at-max" | "at-min" | "start-up";

/** Its sentence is made when somebody reads it, as that of any hold. */
export class BurstQuotaHold implements Reason {
  readonly code: HoldCode;
  readonly #situation: BurstSituation;

  constructor(code: HoldCode, situation: BurstSituation) {
    this.code = code;
    this.#situation = situation;
  }

  get text(): string {
    return `${describeBucket(this.#situation)}${this.#because()}`;
  }

  /** As any other reason, where one leaves the process. */
  toJSON(): Reason {
    return { code: this.code, text: this.text };
  }

  #because(): string {
    const { code } = this;
    switch (code) {
      case "bucket-in-use":
        return ": what varies is covered";
      case "inside-band":
        return ": the quota fits";
      case "at-max":
        return ", and the limit is at its max";
      case "at-min":
        return ", and the limit is at its min";
      case "start-up":
        return ": just begun, too short to take anything";
      default:
        return assertNever(code);
    }
  }
}

/** `used 31.2 of 40 shares, 28.4 on average; 12 of 40 share-seconds saved`. */
export function describeBucket({ now, quota, use, level, limit }: BurstSituation): string {
  const used = `used ${formatNumber(now.used)} of ${formatNumber(quota)} shares`;
  const average = `${formatNumber(use.mean)} on average`;
  if (limit.burstShares === 0) return `${used}, ${average}`;
  const saved = `${formatNumber(level)} of ${formatNumber(bucketMost(limit))} share-seconds saved`;
  return `${used}, ${average}; ${saved}`;
}
