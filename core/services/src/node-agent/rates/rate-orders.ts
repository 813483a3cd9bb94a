import {
  judgeAmount,
  type Order,
  type RateResource,
  type Reason,
  type ResourceSettings,
  reason,
} from "@sc/domain";
import type { ChangeReporter } from "../change-reporter.ts";
import type { HostLedger } from "../host-ledger.ts";
import type { LimitWriter } from "../limit-writer.ts";
import type { TrackedContainer } from "../tracked-container.ts";
import type { RateGuard } from "./rate-guard.ts";
import { writeRate } from "./write-rate.ts";

export interface RateOrdersDeps {
  readonly ledger: HostLedger;
  readonly reporter: ChangeReporter;
  readonly writer: LimitWriter;
  readonly guard: Pick<RateGuard, "look">;
  readonly refuse: (order: Order, why: Reason, container: TrackedContainer) => void;
  /** Whether the order was planned from this limit. */
  readonly isPlannedFrom: (order: Order, now: number | null) => boolean;
}

/** Judges and applies orders for disk and network. */
export class RateOrders {
  readonly #deps: RateOrdersDeps;

  constructor(deps: RateOrdersDeps) {
    this.#deps = deps;
  }

  async apply(
    order: Order,
    target: { readonly resource: RateResource; readonly amount: number | null },
    of: { readonly container: TrackedContainer; readonly settings: ResourceSettings },
  ): Promise<void> {
    const { guard, ledger, refuse, reporter, writer } = this.#deps;
    const { container, settings } = of;
    const { resource } = target;
    await guard.look(container);
    const old = container.rates.limits[resource];
    if (old === undefined) return refuse(order, unreadable, container);
    if (!this.#deps.isPlannedFrom(order, old)) return refuse(order, plannedFromAnother, container);
    const judged = judgeAmount({
      resource,
      target: target.amount,
      current: old,
      settings,
      free: ledger.freeFor(container.id, resource),
      isHostPressed: false,
      floor: 0,
    });
    if (judged.kind === "refuse") return refuse(order, judged.reason, container);
    const { amount, isShrink, cut } = judged;
    const { author, sequence } = order;
    const write = { resource, amount, isShrink, author, reason: order.reason };
    const writing = writeRate(writer, container, write);
    // A growth under way is sold already.
    ledger.enter(container);
    const written = await writing;
    ledger.enter(container);
    if (!written.ok) return refuse(order, written.error, container);
    const outcome = written.value;
    switch (outcome.kind) {
      case "gone":
        return refuse(order, reason("gone", "it ended before the write"), container);
      case "unchanged":
        return refuse(order, reason("unchanged", "the kernel holds this limit already"), container);
      case "refused":
        return refuse(order, reason("kernel-refused", outcome.refusal.text), container);
      case "applied":
        reporter.report(container, {
          ...{ resource, author, sequence, reason: order.reason, detail: cut },
          outcome: "applied",
          old,
          new: outcome.amount,
        });
    }
  }
}

const unreadable = reason("gone", "the present limit cannot be read");
const plannedFromAnother = reason("stale-order", "it was planned from another limit");
