import { InvariantBroken, type MonotonicSeconds } from "@sc/domain";
import type { AgentDeps } from "./agent-deps.ts";

/** For so long a round that failed is shown in the health. */
const shownSeconds = 30;

/** What went wrong in rounds of the agent: said once, shown for a while, and never in the way of the next. */
export class AgentFailures {
  readonly #deps: Pick<AgentDeps, "clock" | "log" | "onFatal">;
  #last: { readonly text: string; readonly at: MonotonicSeconds } | undefined;

  constructor(deps: Pick<AgentDeps, "clock" | "log" | "onFatal">) {
    this.#deps = deps;
  }

  note(message: string, error: unknown): void {
    const { clock, log, onFatal } = this.#deps;
    if (error instanceof InvariantBroken) onFatal(error);
    this.#last = { text: String(error), at: clock.monotonic() };
    log.error(message, { error });
  }

  get recent(): string | undefined {
    const last = this.#last;
    const isRecent = last !== undefined && this.#deps.clock.monotonic() - last.at < shownSeconds;
    return isRecent ? last.text : undefined;
  }
}
