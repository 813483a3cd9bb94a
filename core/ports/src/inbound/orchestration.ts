import type { ByPresentResource, Mode, Reason, Resource, Result } from "@sc/domain";
import type { HistoryStatus } from "../history-store.ts";

/**
 * What people and programs may ask for. The HTTP face translates to and from it and holds no logic.
 * Times are Unix seconds; limits are in the resource's unit, `null` = no limit; a value that is not
 * known is absent.
 */
export interface Orchestration {
  listStructures(): readonly ContainerView[];
  structure(name: string): Result<ContainerView, ApiProblem>;
  /** What `setMode` would do, without doing it. */
  previewMode(name: string, update: ModeUpdate): Result<ModePreview, ApiProblem>;
  setMode(name: string, update: ModeUpdate): Promise<Result<SettingsOutcome, ApiProblem>>;
  setLimits(name: string, update: LimitsUpdate): Promise<Result<SettingsOutcome, ApiProblem>>;
  /** `name` undefined = all. */
  setPaused(name: string | undefined, isPaused: boolean): Promise<Result<PauseOutcome, ApiProblem>>;
  /** Puts the first limits back and the mode to observe; works while paused. */
  release(name: string | undefined): Promise<Result<ReleaseReport, ApiProblem>>;
  events(query: HistoryQuery): Promise<readonly EventView[]>;
  requests(query: HistoryQuery): Promise<readonly RequestView[]>;
  changes(query: HistoryQuery): Promise<readonly ChangeView[]>;
  explain(name: string): Result<ExplainView, ApiProblem>;
  hostHealth(): HealthView;
  /** What can be chosen to decide, by resource. */
  policies(): readonly PolicyView[];
}

/** Why a question or a wish was refused: a public code, the field it is about, and what to do. */
export interface ApiProblem {
  readonly code:
    | "SC_STRUCTURE_UNKNOWN"
    | "SC_STRUCTURE_EXISTS"
    | "SC_RESOURCE_MISSING"
    | "SC_ALREADY_SUBSCRIBED"
    | "SC_NOT_SUBSCRIBED"
    | "SC_SUBSCRIPTION_REFUSED"
    | "SC_CONTAINER_NOT_REPORTED"
    | "SC_HOST_UNREACHABLE"
    | "SC_HOST_ELSEWHERE"
    | "SC_HOST_IN_USE"
    | "SC_NAME_INVALID"
    | "SC_VALUE_OUT_OF_RANGE"
    | "SC_POLICY_UNKNOWN"
    | "SC_STATE_NOT_SAVED"
    | "SC_STATE_UNREADABLE"
    | "SC_STORE_STALE_REVISION"
    | "SC_RULE_UNKNOWN"
    | "SC_RULE_INVALID"
    | "SC_SERVICE_UNKNOWN"
    | "SC_HISTORY_UNAVAILABLE"
    | "SC_EXPERIMENT_UNKNOWN"
    | "SC_EXPERIMENT_NOT_TIMED"
    | "SC_REPLAY_NO_DATA"
    | "SC_REPLAY_UNSUPPORTED"
    | "SC_REPLAY_TIMEOUT"
    | "SC_REPLAY_FAILED"
    | "SC_RELEASE_INCOMPLETE";
  readonly detail: string;
  /** The field of the request, when it is one field's fault. */
  readonly field?: string;
}

export interface HistoryQuery {
  readonly structure: string | undefined;
  /** Newest first; at most this many. */
  readonly limit: number;
  /** Unix seconds, from and before. */
  readonly from?: number | undefined;
  readonly to?: number | undefined;
}

export interface ModeUpdate {
  readonly mode: Mode;
  /** Default: cpu alone. */
  readonly resources?: readonly Resource[];
}

export interface LimitsUpdate {
  readonly resource: Resource;
  readonly min?: number;
  readonly max?: number;
  readonly boundaryPercent?: number;
  readonly boundaryOf?: "max" | "current";
  readonly priority?: number;
  readonly policy?: string;
}

export interface PolicyView {
  readonly name: string;
  readonly resource: Resource;
  /** It decides where nobody chose. */
  readonly isDefault: boolean;
}

/** What is in force now, and what the caller should know (`not saved: disk full`). */
export interface SettingsOutcome {
  readonly structure: ContainerView;
  readonly warnings: readonly string[];
}

export interface PauseOutcome {
  readonly isPaused: boolean;
  readonly structures: readonly string[];
  readonly warnings: readonly string[];
}

export interface ModePreview {
  readonly structure: string;
  readonly resource: Resource;
  readonly mode: Mode;
  readonly current: number | null;
  /** The first limit policy would write with the usage of now, brakes applied. */
  readonly firstLimit: number | null;
  /** Seconds until the first shrink may come (`learning`), 0 when it may come at once. */
  readonly firstShrinkInSeconds: number;
  readonly min: number;
  readonly max: number;
  readonly lower: number;
  readonly upper: number;
  readonly reason: Reason;
}

export interface ResourceView {
  readonly mode: Mode;
  readonly min: number;
  readonly max: number;
  readonly maxFrom: "first-limit" | "owner";
  readonly boundaryPercent: number;
  readonly boundaryOf: "max" | "current";
  readonly priority: number;
  /** What decides; it may be one that is not known, and then nothing does. */
  readonly policy: string;
  readonly current: number | null | undefined;
  readonly first: number | null | undefined;
  readonly used: number | undefined;
  /** In recommend: what following every recommendation would have meant. */
  readonly recommended: RecommendedView | undefined;
  /** What the limit does not hold, where it is less than its name says. */
  readonly caveat?: string;
  /** Thresholds under the present limit. */
  readonly upper: number | undefined;
  readonly lower: number | undefined;
}

export interface RecommendedView {
  /** What is recommended now, in the resource's unit. */
  readonly limit: number;
  readonly seconds: number;
  /** Used ÷ what would have been allocated; `undefined` while nothing was. */
  readonly utilization: number | undefined;
  /** For so long more was used than it would have allowed. */
  readonly shortSeconds: number;
  readonly changes: number;
}

export interface ContainerView {
  readonly name: string;
  readonly id: string;
  readonly host: string;
  readonly engine: string;
  readonly isPaused: boolean;
  readonly isFrozen: boolean;
  /** Watched too little to shrink yet. */
  readonly isLearning: boolean;
  readonly watchedSeconds: number;
  /** Rates only of those it has. */
  readonly resources: ByPresentResource<ResourceView>;
  /** Of the last 10 s: periods in which the container had to wait for its quota, 0 to 1. */
  readonly throttledRatio: number | undefined;
  readonly accounting: AccountingView;
  readonly lastChange: ChangeView | undefined;
  /** Set when something keeps the container from being scaled. */
  readonly held: Reason | undefined;
}

/** Integrals since the container was first seen. */
export interface AccountingView {
  readonly watchedSeconds: number;
  readonly usedCoreSeconds: number;
  readonly allocatedCoreSeconds: number;
  readonly reservedCoreSeconds: number;
  readonly usedMibSeconds: number;
  readonly allocatedMibSeconds: number;
  readonly reservedMibSeconds: number;
  readonly throttledSeconds: number;
  readonly changes: number;
}

export interface EventView {
  readonly structure: string;
  readonly resource: Resource;
  readonly direction: "up" | "down";
  readonly rule: string;
  readonly used: number;
  readonly threshold: number;
  readonly stamp: number;
}

export interface RequestView {
  readonly structure: string;
  readonly resource: Resource;
  readonly amount: number;
  readonly from: number;
  readonly policy: string;
  readonly isRecommendation: boolean;
  readonly reason: Reason;
  /** Why it did not become an order, when it did not. */
  readonly held: Reason | undefined;
  readonly stamp: number;
}

export interface ChangeView {
  readonly structure: string;
  readonly resource: Resource;
  readonly outcome: "applied" | "refused" | "noticed";
  readonly old: number | null | undefined;
  readonly new: number | null | undefined;
  /** `policy serverless-rules`, `person api`, `agent release`, `other hand`. */
  readonly author: string;
  readonly reason: Reason;
  readonly detail: Reason | undefined;
  readonly stamp: number;
}

export interface ExplainView {
  readonly structure: string;
  /** One sentence: what is being done and why. */
  readonly summary: string;
  readonly resources: readonly {
    readonly resource: Resource;
    readonly policy: string;
    readonly decision: Reason;
    readonly brakes: readonly Reason[];
    readonly lastChange: ChangeView | undefined;
  }[];
}

export interface ReleaseReport {
  readonly released: readonly string[];
  /** Already at their first limit. */
  readonly unchanged: readonly string[];
  readonly failed: readonly { readonly structure: string; readonly reason: Reason }[];
}

export interface HealthView {
  readonly status: "ok" | "degraded";
  /** It measures, and what people set is in force. */
  readonly isReady: boolean;
  readonly host: string;
  readonly isPaused: boolean;
  readonly uptimeSeconds: number;
  readonly containers: number;
  readonly inAuto: number;
  readonly services: readonly {
    readonly name: string;
    readonly status: "running" | "failing" | "stopped";
    readonly lastError: string | undefined;
    /** When it was last well, Unix seconds. */
    readonly lastBeat?: number | undefined;
  }[];
  /** Absent where no history is kept. */
  readonly history: HistoryStatus | undefined;
  /** What an operator should look at. */
  readonly problems: readonly HealthProblem[];
}

export interface HealthProblem {
  readonly code: string;
  readonly text: string;
  /** What to do about it. */
  readonly nextStep?: string | undefined;
  readonly structure?: string | undefined;
}
