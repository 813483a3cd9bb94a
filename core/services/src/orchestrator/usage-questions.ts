import {
  err,
  ok,
  parseStructureName,
  type Result,
  type StructureName,
  type UsageHistory,
  wallSeconds,
} from "@sc/domain";
import type {
  ApiProblem,
  Clock,
  HistoryStore,
  HistoryUnreadable,
  UsageHistories,
  UsageHistoryRange,
} from "@sc/ports";

const secondsByDefault = 3600;
const stepsByDefault = 300;
const stepsMost = 100_000;
const stepSecondsLeast = 1;
/** The last stamp that is a date everywhere: the year 9999. */
const stampMost = 253_402_300_799;

export interface UsageQuestionsDeps {
  readonly clock: Clock;
  readonly history: Pick<HistoryStore, "usage" | "structures">;
  /** Whether such a container runs. */
  readonly isRunning: (name: StructureName) => boolean;
}

/** Answers what was used and allowed over time, also of structures that are gone. */
export class UsageQuestions implements UsageHistories {
  readonly #deps: UsageQuestionsDeps;

  constructor(deps: UsageQuestionsDeps) {
    this.#deps = deps;
  }

  async usageHistory(
    text: string,
    range: UsageHistoryRange,
  ): Promise<Result<UsageHistory, ApiProblem>> {
    const name = parseStructureName(text);
    if (!name.ok) return err({ code: name.error.code, detail: name.error.message });
    const whole = wholeRange(range, this.#deps.clock.wall());
    const problem = checkRange(whole);
    if (problem !== undefined) return err(problem);
    const { from, to, stepSeconds } = whole;
    const structure = name.value;
    const found = await this.#deps.history.usage({
      structure,
      from: wallSeconds(from),
      to: wallSeconds(to),
      stepSeconds,
    });
    if (!found.ok) return err(unavailable(found.error));
    const isKnown = found.value.stamps.length > 0 || (await this.#isKnown(structure));
    if (isKnown) return ok(found.value);
    const detail = `no container called ${structure} is running, and none is in the history`;
    return err({ code: "SC_STRUCTURE_UNKNOWN", detail });
  }

  async #isKnown(name: StructureName): Promise<boolean> {
    const { history, isRunning } = this.#deps;
    if (isRunning(name)) return true;
    const names = await history.structures();
    return names.ok && names.value.includes(name);
  }
}

interface WholeRange {
  readonly from: number;
  readonly to: number;
  readonly stepSeconds: number;
}

function wholeRange(range: UsageHistoryRange, now: number): WholeRange {
  const to = range.to ?? now;
  const from = range.from ?? to - secondsByDefault;
  const fitting = Math.ceil((to - from) / stepsByDefault);
  return { from, to, stepSeconds: range.stepSeconds ?? Math.max(fitting, stepSecondsLeast) };
}

function checkRange({ from, to, stepSeconds }: WholeRange): ApiProblem | undefined {
  for (const [field, value] of Object.entries({ to, from })) {
    const isStamp = Number.isFinite(value) && value >= -stampMost && value <= stampMost;
    if (!isStamp) return outOfRange(field, `is ${value}, expected Unix seconds`);
  }
  if (from >= to) return outOfRange("from", `is ${from}, expected before to (${to})`);
  if (!Number.isFinite(stepSeconds) || stepSeconds < stepSecondsLeast) {
    return outOfRange("stepSeconds", `is ${stepSeconds}, expected at least ${stepSecondsLeast}`);
  }
  const steps = (to - from) / stepSeconds;
  if (steps <= stepsMost) return undefined;
  const least = Math.ceil((to - from) / stepsMost);
  const bound = `expected at least ${least}: at most ${stepsMost} steps are answered`;
  return outOfRange("stepSeconds", `is ${stepSeconds}, ${bound}`);
}

const outOfRange = (field: string, text: string): ApiProblem => ({
  code: "SC_VALUE_OUT_OF_RANGE",
  field,
  detail: `${field} ${text}`,
});

const unavailable = ({ code, text }: HistoryUnreadable): ApiProblem => ({
  code: "SC_HISTORY_UNAVAILABLE",
  detail: `the history cannot be read (${code}): ${text}`,
});
