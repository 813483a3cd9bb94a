import {
  err,
  ok,
  parseStructureName,
  type ResourceHistory,
  type Result,
  type UsageHistory,
} from "@sc/domain";
import type { ApiProblem, UsageHistories, UsageHistoryRange } from "@sc/ports";

const always = (length: number, value: number): Float64Array =>
  new Float64Array(length).fill(value);

/** Every step the same; memory is not known and has no limit. */
function historyOf(structure: UsageHistory["structure"], length: number): UsageHistory {
  const same = (value: number, limit: number): ResourceHistory => ({
    used: always(length, value),
    usedMax: always(length, value),
    limit: always(length, limit),
    allocated: always(length, value),
    reserved: always(length, value),
  });
  return {
    structure,
    stepSeconds: 10,
    stamps: Float64Array.from({ length }, (_, index) => 1_700_000_000 + 10 * index),
    cpu: same(41.5, 200),
    mem: same(Number.NaN, Number.POSITIVE_INFINITY),
    throttledRatio: always(length, 0),
    sums: {
      seconds: 10 * length,
      cpu: { used: 4.15, allocated: 20, reserved: 20 },
      mem: { used: Number.NaN, allocated: Number.NaN, reserved: Number.NaN },
      throttledSeconds: 0,
    },
  };
}

/** Knows a structure called `web`, and notes what it was asked. */
export class FakeHistories implements UsageHistories {
  readonly asked: unknown[] = [];
  /** Steps of the next answer. */
  steps = 3;
  /** What every answer waits for. */
  isAnswering: Promise<void> = Promise.resolve();
  /** What the next question is refused with. */
  refusal: ApiProblem | undefined;

  async usageHistory(
    text: string,
    range: UsageHistoryRange,
  ): Promise<Result<UsageHistory, ApiProblem>> {
    this.asked.push({ usageHistory: text, range });
    await this.isAnswering;
    if (this.refusal !== undefined) return err(this.refusal);
    const name = parseStructureName(text);
    if (!name.ok) return err({ code: name.error.code, detail: name.error.message });
    if (text === "web") return ok(historyOf(name.value, this.steps));
    return err({ code: "SC_STRUCTURE_UNKNOWN", detail: `nothing is known of ${text}` });
  }
}
