import { err, ok, type Result } from "@sc/domain";
import type { ApiProblem, ReplayQuestion, Replays, ReplayView } from "@sc/ports";

/** Knows a structure called `web`, and notes what it was asked. */
export class FakeReplays implements Replays {
  readonly asked: { readonly name: string; readonly question: ReplayQuestion }[] = [];
  readonly signals: AbortSignal[] = [];
  /** What every answer waits for. */
  isAnswering: Promise<void> = Promise.resolve();
  /** What the next question is refused with. */
  refusal: ApiProblem | undefined;

  async replay(
    name: string,
    question: ReplayQuestion,
    signal: AbortSignal,
  ): Promise<Result<ReplayView, ApiProblem>> {
    this.asked.push({ name, question });
    this.signals.push(signal);
    await Promise.race([this.isAnswering, aborted(signal)]);
    if (this.refusal !== undefined) return err(this.refusal);
    if (name === "web") return ok({ ...halfUsed, ...pick(question) });
    return err({ code: "SC_STRUCTURE_UNKNOWN", detail: `nothing is known of ${name}` });
  }
}

const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    signal.addEventListener("abort", () => resolve(), { once: true });
  });

const pick = ({ resource, policy, brakes = "configured" }: ReplayQuestion) => ({
  resource,
  policy,
  brakes,
});

/** What was, was never limited. */
export const halfUsed: Omit<ReplayView, "resource" | "policy" | "brakes"> = {
  structure: "web",
  min: 10,
  max: 200,
  from: 1_700_000_000,
  to: 1_700_086_400,
  stepSeconds: 1,
  coverage: { seconds: 43_200, ratio: 0.5 },
  was: {
    used: 100,
    allocated: 200,
    utilization: 0.5,
    changesPerMinute: undefined,
    meanLimit: null,
    peakLimit: null,
    throttledRatio: 0,
  },
  wouldHaveBeen: {
    used: 100,
    allocated: 110,
    utilization: 0.909,
    changesPerMinute: 2.5,
    meanLimit: 42.5,
    peakLimit: 200,
    throttledRatio: 0.01,
    p99BacklogMs: 3.5,
  },
  notes: ["50 % of the time is not known and was left out, not taken as zero"],
};
