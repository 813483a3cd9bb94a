import type { Result, UsageHistory } from "@sc/domain";
import type { ApiProblem } from "./orchestration.ts";

/** What was used and allowed over time. */
export interface UsageHistories {
  usageHistory(
    name: string,
    question: UsageHistoryRange,
  ): Promise<Result<UsageHistory, ApiProblem>>;
}

/** Unix seconds; absent: the last hour until now, in at most 300 steps. */
export interface UsageHistoryRange {
  readonly from?: number | undefined;
  readonly to?: number | undefined;
  /** ≥ 1; at most 100 000 steps. */
  readonly stepSeconds?: number | undefined;
}
