import type { ComputeResource, Result } from "@sc/domain";
import type { ApiProblem } from "./orchestration.ts";

/** What a policy would have done with what a structure has used. */
export interface Replays {
  /** An abort ends it: nobody waits for the answer any more. */
  replay(
    name: string,
    question: ReplayQuestion,
    signal: AbortSignal,
  ): Promise<Result<ReplayView, ApiProblem>>;
}

export interface ReplayQuestion {
  readonly resource: ComputeResource;
  readonly policy: string;
  /** Unix seconds; default: the day before `to`. At most 7 days. */
  readonly from?: number | undefined;
  /** Not included; default now. */
  readonly to?: number | undefined;
  /** Default: those in force for the structure. */
  readonly min?: number | undefined;
  readonly max?: number | undefined;
  /** Default: as they are configured. */
  readonly brakes?: "configured" | "none" | undefined;
}

export interface ReplayView {
  readonly structure: string;
  readonly resource: ComputeResource;
  readonly policy: string;
  readonly brakes: "configured" | "none";
  readonly min: number;
  readonly max: number;
  readonly from: number;
  readonly to: number;
  /** How long each recorded mean is of. */
  readonly stepSeconds: number;
  /** Of how much of the time anything is known; the rest is left out. */
  readonly coverage: { readonly seconds: number; readonly ratio: number };
  readonly was: ReplaySideView;
  readonly wouldHaveBeen: ReplaySideView;
  /** What the figures cannot say, in sentences. */
  readonly notes: readonly string[];
}

/** A limit of `null` is no limit; what is not known is absent. */
export interface ReplaySideView {
  /** Core-seconds of cpu, MiB-seconds of mem. */
  readonly used?: number | undefined;
  readonly allocated?: number | undefined;
  readonly utilization?: number | undefined;
  readonly changesPerMinute?: number | undefined;
  readonly meanLimit?: number | null | undefined;
  readonly peakLimit?: number | null | undefined;
  readonly throttledRatio?: number | undefined;
  readonly p99BacklogMs?: number | undefined;
  readonly kills?: number | undefined;
}
