import { err, ok, type Result } from "@sc/domain";
import type { ReplayFailure, ReplayFigures, ReplayRunner, ReplayTask } from "../replay-runner.ts";

/** Simulates nothing: the limit stays at max. It notes what it was given. */
export class FakeReplayRunner implements ReplayRunner {
  readonly tasks: ReplayTask[] = [];
  /** What the next runs fail with. */
  failure: ReplayFailure | undefined;
  /** Until it is called off, a run does not end. */
  isEndless = false;

  async run(task: ReplayTask, signal: AbortSignal): Promise<Result<ReplayFigures, ReplayFailure>> {
    this.tasks.push(task);
    if (this.isEndless && !signal.aborted) await aborted(signal);
    if (signal.aborted) return err({ kind: "cancelled", text: "nobody waits for it" });
    if (this.failure !== undefined) return err(this.failure);
    return task.policy === "nobody's"
      ? err({ kind: "unsupported", text: "there is no such policy" })
      : ok(figuresAtMax(task));
  }
}

const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    signal.addEventListener("abort", () => resolve(), { once: true });
  });

function figuresAtMax({ resource, settings: { max }, stepSeconds, used }: ReplayTask) {
  // A hundred shares for a second are one core-second.
  const unit = resource === "cpu" ? 100 : 1;
  const sum = used.reduce((all, each) => all + each, 0) * (stepSeconds / unit);
  const allocated = (max * used.length * stepSeconds) / unit;
  return {
    used: sum,
    allocated,
    utilization: sum / allocated,
    changesPerMinute: 0,
    meanLimit: max,
    peakLimit: max,
  };
}
