import type { Resource } from "../structure/resource.ts";
import type { PendingEvents } from "./pending-events.ts";
import type { Situation } from "./rescale.ts";

type Fields = Record<string, number>;

/**
 * What rules look at, in the shape of the published documents: `cpu.structure.cpu.usage`,
 * `events.scale.up`. One object for all structures, filled anew before each look: two new trees for every
 * decision were a third of what a decision cost. Rules are evaluated at once and keep nothing of it.
 */
export class RuleDataSheet {
  readonly data: Readonly<Record<string, unknown>>;
  readonly #structure: Fields = { usage: 0, current: 0, min: 0, max: 0 };
  readonly #limits: Fields = { upper: 0, lower: 0 };
  readonly #scale: Fields = { up: 0, down: 0 };

  constructor(resource: Resource) {
    this.data = {
      [resource]: {
        structure: { [resource]: this.#structure },
        limits: { [resource]: this.#limits },
      },
      events: { scale: this.#scale },
    };
  }

  fill({ used, current, min, max, upper, lower }: Situation, events: PendingEvents): void {
    const structure = this.#structure;
    structure.usage = used;
    structure.current = current;
    structure.min = min;
    structure.max = max;
    this.#limits.upper = upper;
    this.#limits.lower = lower;
    this.setEvents(events);
  }

  setEvents(events: PendingEvents): void {
    this.#scale.up = events.up.length;
    this.#scale.down = events.down.length;
  }
}
