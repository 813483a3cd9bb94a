import type {
  BrakeSettings,
  ComputeResource,
  ResourceSettings,
  Result,
  ServerlessRules,
} from "@sc/domain";

/**
 * Runs a policy over a load that was recorded, in virtual time and away from the loop that samples. One
 * at a time: whoever asks keeps to that. Never throws for what a load or a policy does.
 */
export interface ReplayRunner {
  /** An abort ends it in bounded time. */
  run(task: ReplayTask, signal: AbortSignal): Promise<Result<ReplayFigures, ReplayFailure>>;
}

export interface ReplayTask {
  readonly resource: ComputeResource;
  readonly policy: string;
  /** What `serverless-rules` is made of; the other policies are known by name. */
  readonly rules: ServerlessRules;
  /** The limit begins at max. */
  readonly settings: Pick<ResourceSettings, "min" | "max" | "boundary">;
  readonly brakes: BrakeSettings | "none";
  readonly stepSeconds: number;
  /** What was used, in the resource's unit, a mean per step without holes; all finite, ≥ 0. */
  readonly used: Float64Array;
}

/** How the policy would have fared; what a resource has no figure for is absent. */
export interface ReplayFigures {
  /** Core-seconds of cpu, MiB-seconds of mem. */
  readonly used: number;
  readonly allocated: number;
  readonly utilization: number;
  readonly changesPerMinute: number;
  readonly meanLimit: number;
  readonly peakLimit: number;
  /** Share of the steps of 100 ms that ended with work left over. */
  readonly throttledRatio?: number;
  readonly p99BacklogMs?: number;
  readonly kills?: number;
}

export interface ReplayFailure {
  /** `unsupported`: the runner does not have the policy. `failed`: a fault of ours, or no memory for it. */
  readonly kind: "cancelled" | "too-long" | "unsupported" | "failed";
  readonly text: string;
}
