import type { ComputeResource, ExperimentContents, ExperimentKind, Result } from "@sc/domain";

/** What a client says; when it said so is ours to add. */
export type ExperimentDraft = {
  readonly [Kind in ExperimentKind]: {
    readonly kind: Kind;
    readonly content: Omit<ExperimentContents[Kind], "createdTime" | "updatedTime">;
  };
}[ExperimentKind];

export type StoredExperiment = {
  readonly [Kind in ExperimentKind]: {
    readonly kind: Kind;
    readonly id: string;
    /** Grows with each change. */
    readonly revision: number;
    readonly content: ExperimentContents[Kind];
  };
}[ExperimentKind];

export interface ExperimentProblem {
  readonly code:
    | "SC_EXPERIMENT_UNKNOWN"
    | "SC_EXPERIMENT_NOT_TIMED"
    | "SC_EXPERIMENTS_TOO_MANY"
    | "SC_STORE_STALE_REVISION"
    | "SC_STATE_NOT_SAVED"
    | "SC_HISTORY_UNAVAILABLE"
    | "SC_NOT_READY";
  readonly message: string;
}

/** On which revision a change is based; what was changed meanwhile is not changed again. */
export interface ExperimentPlace {
  readonly id: string;
  readonly revision: number;
}

/** When things were tried. */
export interface Experiments {
  /** In the order in which they were made. */
  list(kind: ExperimentKind): Result<readonly StoredExperiment[], ExperimentProblem>;
  add(draft: ExperimentDraft): Promise<Result<StoredExperiment, ExperimentProblem>>;
  replace(
    place: ExperimentPlace,
    draft: ExperimentDraft,
  ): Promise<Result<StoredExperiment, ExperimentProblem>>;
  remove(kind: ExperimentKind, place: ExperimentPlace): Promise<Result<void, ExperimentProblem>>;
  /** What every structure used and was given while it ran; of a test when one is named. */
  report(question: ReportQuestion): Promise<Result<ExperimentReport, ExperimentProblem>>;
}

export interface ReportQuestion {
  readonly experimentId: string;
  readonly testName?: string | undefined;
  readonly username?: string | undefined;
}

export interface ExperimentReport {
  readonly experimentId: string;
  readonly testName: string | undefined;
  readonly username: string;
  /** Unix seconds; what has not ended is told until now. */
  readonly from: number;
  readonly to: number;
  readonly seconds: number;
  /** Those of which anything is known in that time, by name. */
  readonly structures: readonly StructureReport[];
}

export interface StructureReport {
  readonly structure: string;
  /** Share of the time of which nothing is known, 0 to 1. */
  readonly missing: number;
  /** Cpu in core-seconds, memory in MiB-seconds. */
  readonly resources: Readonly<Record<ComputeResource, ReportedResource>>;
}

export interface ReportedResource {
  readonly used: number;
  readonly allocated: number;
  readonly reserved: number;
  /** Used ÷ allocated; `undefined` where nothing was allocated. */
  readonly utilization: number | undefined;
}
