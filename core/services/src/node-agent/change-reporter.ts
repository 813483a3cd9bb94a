import type { Author, Change, Reason, Resource } from "@sc/domain";
import type { Bus, Clock } from "@sc/ports";
import type { TrackedContainer } from "./tracked-container.ts";

/** Tells the others what became of an order, or what was found. */
export class ChangeReporter {
  readonly #deps: { readonly bus: Bus; readonly clock: Clock };
  readonly #host: string;

  constructor(deps: { readonly bus: Bus; readonly clock: Clock }, host: string) {
    this.#deps = deps;
    this.#host = host;
  }

  report(
    container: Pick<TrackedContainer, "name" | "id">,
    change: {
      readonly resource: Resource;
      readonly outcome: Change["outcome"];
      readonly old: number | null | undefined;
      readonly new: number | null | undefined;
      readonly author: Change["author"];
      readonly reason: Reason;
      readonly detail?: Reason | undefined;
      readonly sequence?: number;
    },
  ): void {
    const { detail, sequence, ...rest } = change;
    this.#deps.bus.publish("changes", [
      {
        ...rest,
        ...(detail === undefined ? {} : { detail }),
        sequence,
        host: this.#host,
        structure: container.name,
        id: container.id,
        at: this.#deps.clock.monotonic(),
        stamp: this.#deps.clock.wall(),
      },
    ]);
  }
}

/** The agent's own hand. */
export const agentAuthor = (name: (Author & { kind: "agent" })["name"]): Author => ({
  kind: "agent",
  name,
});
