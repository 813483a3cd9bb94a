import { assertNever } from "../invariant.ts";
import { LateReason, type Reason } from "../reason/reason.ts";
import { formatShares as formatNumber } from "../structure/cpu-limit.ts";
import type { ResourceSettings } from "../structure/settings.ts";
import type { MonotonicSeconds } from "../units/time.ts";
import { describeUse } from "./describe-situation.ts";
import type { ObservedMemory } from "./policy.ts";

/** What one sample shows of the memory of a container, in MiB, and what is known of it. */
export interface MemorySituation {
  readonly used: number;
  readonly memory: ObservedMemory;
  /** What is in force: of no limit its max. */
  readonly limit: number;
  readonly at: MonotonicSeconds;
  readonly settings: ResourceSettings;
  readonly needMib: number;
  /** Page cache that pays. */
  readonly cacheMib: number;
  readonly isCacheFutile: boolean;
  readonly isLeaking: boolean;
}

type HoldCode =
  | "inside-band"
  | "at-max"
  | "at-min"
  | "cache-does-not-pay"
  | "memory-leak-suspected";

export const memoryHold = (situation: MemorySituation): Reason =>
  new LateReason(codeOf(situation), (code) => `${describeMemory(situation)}${becauseOf(code)}`);

function becauseOf(code: HoldCode): string {
  switch (code) {
    case "inside-band":
      return ": the limit fits";
    case "at-max":
      return ", and the limit is at its max";
    case "at-min":
      return ", and the limit is at its min";
    case "cache-does-not-pay":
      return ": more page cache is read again as fast as before, so it gets no more";
    case "memory-leak-suspected":
      return "; it has grown for hours without ever falling";
    default:
      return assertNever(code);
  }
}

function codeOf({ limit, settings, needMib, ...what }: MemorySituation): HoldCode {
  if (what.isLeaking) return "memory-leak-suspected";
  if (what.isCacheFutile) return "cache-does-not-pay";
  if (limit >= settings.max && needMib + what.cacheMib > limit) return "at-max";
  return limit <= settings.min ? "at-min" : "inside-band";
}

/** `used 120 of 160 MiB, needs 136 with its margin, and 12 of 40 of page cache pay`. */
export function describeMemory(situation: MemorySituation): string {
  const { used, limit, needMib, cacheMib, memory } = situation;
  const needs = `${describeUse("mem", used, limit)}, needs ${Math.ceil(needMib)} with its margin`;
  if (memory.cachedMib < 1) return needs;
  const cached = formatNumber(Math.round(memory.cachedMib));
  return `${needs}, and ${Math.min(Math.round(cacheMib), Math.round(memory.cachedMib))} of ${cached} of page cache pay`;
}
