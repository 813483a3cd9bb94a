import { assertNever } from "../invariant.ts";
import type { Reason } from "../reason/reason.ts";
import { formatShares as formatNumber } from "../structure/cpu-limit.ts";
import type { Resource } from "../structure/resource.ts";
import { describeUse } from "./describe-situation.ts";
import type { PendingEvents } from "./pending-events.ts";
import type { Direction, Situation } from "./rescale.ts";
import type { RequestRule } from "./rules.ts";

type HoldCode = "at-max" | "at-min" | "not-enough-events" | "inside-band";

/**
 * Why nothing was asked for. Its sentence is made when somebody reads it: thousands a second say that
 * nothing is to be done, and few are ever looked at.
 */
export class HoldReason implements Reason {
  readonly code: HoldCode;
  readonly #resource: Resource;
  readonly #situation: Situation;
  readonly #events: PendingEvents;
  readonly #rules: readonly RequestRule[];

  constructor(
    resource: Resource,
    situation: Situation,
    pending: { readonly events: PendingEvents; readonly rules: readonly RequestRule[] },
  ) {
    this.code = codeOf(situation);
    this.#resource = resource;
    this.#situation = situation;
    this.#events = pending.events;
    this.#rules = pending.rules;
  }

  get text(): string {
    const { used, current } = this.#situation;
    return `${describeUse(this.#resource, used, current)}${this.#because()}`;
  }

  /** As any other reason, where one leaves the process. */
  toJSON(): Reason {
    return { code: this.code, text: this.text };
  }

  #because(): string {
    const { code } = this;
    const { used, upper, lower, min } = this.#situation;
    switch (code) {
      case "at-max":
        return `, above ${formatNumber(upper)}, and the limit is at its max`;
      case "at-min":
        return `; the band under a lower limit would go below min ${formatNumber(min)}`;
      case "not-enough-events":
        return used > upper
          ? `, above ${formatNumber(upper)}${this.#count("up")}`
          : `, below ${formatNumber(lower)}${this.#count("down")}`;
      case "inside-band":
        return `, inside the band ${formatNumber(lower)} to ${formatNumber(upper)}`;
      default:
        return assertNever(code);
    }
  }

  #count(direction: Direction): string {
    const rule = this.#rules.find((candidate) => candidate.direction === direction);
    if (rule === undefined) return "; no rule asks for a change";
    return `: ${this.#events[direction].length} of ${rule.eventsToRemove} events`;
  }
}

function codeOf({ used, current, upper, lower, min, max }: Situation): HoldCode {
  if (used > upper) return current >= max ? "at-max" : "not-enough-events";
  if (used >= lower) return "inside-band";
  return lower <= min ? "at-min" : "not-enough-events";
}
