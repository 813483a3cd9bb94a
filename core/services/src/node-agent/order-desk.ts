import {
  type CpuLimit,
  judgeCpuOrder,
  type Order,
  type Reason,
  type ReasonCode,
  reason,
  type StructureSettings,
} from "@sc/domain";
import type { CpuWriteOutcome, MemWriteOutcome } from "@sc/ports";
import type { AgentDeps } from "./agent-deps.ts";
import type { AgentOptions } from "./agent-options.ts";
import type { ChangeReporter } from "./change-reporter.ts";
import type { DriftGuard } from "./drift-guard.ts";
import type { HostLedger } from "./host-ledger.ts";
import type { LimitWriter } from "./limit-writer.ts";
import type { TrackedContainer } from "./tracked-container.ts";
import { writeMemory } from "./write-memory.ts";

/**
 * Takes orders, judges them against what is true on this host now, and applies them one at a time. The
 * answer to every order is a change: applied, or refused with its reason.
 */
export interface OrderDeskDeps {
  readonly agent: Pick<AgentDeps, "clock" | "lease" | "registry">;
  readonly driftGuard: DriftGuard;
  readonly ledger: HostLedger;
  readonly reporter: ChangeReporter;
  readonly writer: LimitWriter;
  readonly find: (name: Order["structure"]) => TrackedContainer | undefined;
  readonly onGone: (container: TrackedContainer) => void;
}

export class OrderDesk {
  readonly #deps: OrderDeskDeps;
  readonly #memoryDeadlineSeconds: number;
  readonly #pending = new Set<Promise<void>>();
  #isClosed = false;

  constructor(deps: OrderDeskDeps, options: Pick<AgentOptions, "memoryDeadlineSeconds">) {
    this.#deps = deps;
    this.#memoryDeadlineSeconds = options.memoryDeadlineSeconds;
  }

  take(order: Order): void {
    const container = this.#deps.find(order.structure);
    if (container?.id !== order.id) {
      const why =
        container === undefined ? "no such container runs" : "the container was restarted";
      this.#refuse(order, reason("gone", why), container);
      return;
    }
    const settings = this.#deps.agent.registry.settingsOf(container.name);
    const obstacle = this.#obstacleTo(order, container, settings);
    if (obstacle !== undefined || settings === undefined) {
      this.#refuse(order, obstacle ?? unknownStructure, container);
      return;
    }
    container.lastSequences[order.target.resource] = order.sequence;
    if (order.target.resource === "cpu")
      this.#applyCpu(order, order.target.limit, { container, settings });
    else this.#startMemory(order, order.target.memMib, container);
  }

  /** What keeps any order from being applied, whatever it wants. */
  #obstacleTo(
    order: Order,
    container: TrackedContainer,
    settings: StructureSettings | undefined,
  ): Reason | undefined {
    const { resource } = order.target;
    if (this.#isClosed) return reason("agent-stopping", "the agent puts everything back and ends");
    if (settings === undefined) return unknownStructure;
    if (order.sequence <= container.lastSequences[resource]) {
      return reason("stale-order", "a newer order, or this very one, was taken before");
    }
    if (settings.resources[resource].mode !== "auto") {
      return reason("not-in-auto", `${resource} of ${container.name} is not in auto`);
    }
    if (this.#deps.agent.registry.isPaused(container.name)) {
      return reason("paused", "the container, or everything, is paused");
    }
    if (this.#deps.agent.lease.state() === "lapsed") {
      return reason(
        "lease-lapsed",
        "the agent stood still so long that limits may have been put back",
      );
    }
    return container.held;
  }

  #applyCpu(
    order: Order,
    target: CpuLimit,
    on: { readonly container: TrackedContainer; readonly settings: StructureSettings },
  ): void {
    const { container, settings } = on;
    // What was planned stood on another limit if someone else's hand was quicker.
    if (this.#deps.driftGuard.look(container) === "drifted") {
      this.#refuse(
        order,
        reason("stale-order", "the limit was changed by another hand"),
        container,
      );
      return;
    }
    const current = container.cpuLimit;
    if (current === undefined) {
      this.#refuse(order, reason("gone", "the present limit cannot be read"), container);
      return;
    }
    const judgement = judgeCpuOrder({
      target,
      current,
      settings: settings.resources.cpu,
      freeShares: this.#deps.ledger.freeSharesFor(container.id),
      isHostPressed: this.#deps.ledger.observation().isPressed,
    });
    if (judgement.kind === "refuse") {
      this.#refuse(order, judgement.reason, container);
      return;
    }
    const { limit, isShrink, cut } = judgement;
    const { author } = order;
    const written = this.#deps.writer.writeCpu(container, {
      limit,
      isShrink,
      author,
      reason: order.reason,
    });
    if (!written.ok) this.#refuse(order, written.error, container);
    else this.#concludeCpu({ order, container, old: current, cut }, written.value);
  }

  #concludeCpu(
    done: {
      readonly order: Order;
      readonly container: TrackedContainer;
      readonly old: CpuLimit;
      readonly cut: Reason | undefined;
    },
    outcome: CpuWriteOutcome,
  ): void {
    const { order, container, old, cut } = done;
    switch (outcome.kind) {
      case "gone":
        this.#refuse(order, reason("gone", "the container ended before the write"), container);
        this.#deps.onGone(container);
        return;
      case "unchanged":
        this.#refuse(order, reason("unchanged", "the kernel holds this limit already"), container);
        return;
      case "refused":
        this.#deps.ledger.enter(container);
        this.#refuse(order, reason("kernel-refused", outcome.refusal.text), container);
        return;
      case "applied":
        this.#deps.ledger.enter(container);
        this.#deps.reporter.report(container, {
          ...changeOf(order),
          outcome: "applied",
          old: old.quotaShares,
          new: outcome.limit.quotaShares,
          detail: cut,
        });
    }
  }

  #startMemory(order: Order, memMib: number | null, container: TrackedContainer): void {
    if (container.memoryWrite !== undefined) {
      this.#refuse(order, reason("write-pending", "the write before has not ended"), container);
      return;
    }
    const run = this.#applyMemory(order, memMib, container).finally(() =>
      this.#pending.delete(run),
    );
    this.#pending.add(run);
  }

  async #applyMemory(
    order: Order,
    wanted: number | null,
    container: TrackedContainer,
  ): Promise<void> {
    const settings = this.#deps.agent.registry.settingsOf(container.name);
    const { min, max } = settings?.resources.mem ?? { min: 0, max: Number.POSITIVE_INFINITY };
    const memMib = Math.min(Math.max(wanted ?? max, min), max);
    const old = container.memMibLimit;
    const isShrink = old === undefined || old === null || memMib < old;
    const line = this.#deps.writer.memLine(container, { ...order, memMib });
    const ready = this.#deps.writer.prepare(container, line, isShrink);
    if (!ready.ok) {
      this.#refuse(order, ready.error, container);
      return;
    }
    const outcome = await writeMemory(container, memMib, {
      clock: this.#deps.agent.clock,
      deadlineSeconds: this.#memoryDeadlineSeconds,
    });
    // A late write may still land, so its line stays open for recovery.
    if (outcome.kind !== "late")
      this.#deps.writer.close(line, outcome.kind === "applied" || outcome.kind === "unchanged");
    this.#concludeMemory({ order, container, old }, outcome);
  }

  #concludeMemory(
    done: {
      readonly order: Order;
      readonly container: TrackedContainer;
      readonly old: number | null | undefined;
    },
    outcome: MemWriteOutcome,
  ): void {
    const { order, container, old } = done;
    if (outcome.kind === "applied") {
      this.#deps.reporter.report(container, {
        ...changeOf(order),
        outcome: "applied",
        old,
        new: outcome.memMib,
      });
      return;
    }
    this.#refuse(order, memoryRefusal(outcome), container);
  }

  #refuse(order: Order, why: Reason, container: TrackedContainer | undefined): void {
    const { target, structure: name, id } = order;
    const current =
      target.resource === "cpu" ? container?.cpuLimit?.quotaShares : container?.memMibLimit;
    this.#deps.reporter.report(container ?? { name, id }, {
      ...changeOf(order),
      outcome: "refused",
      old: current,
      new: target.resource === "cpu" ? target.limit.quotaShares : target.memMib,
      detail: why,
    });
  }

  /** Takes no order any more; ends when no memory write of an order is under way. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await Promise.all(this.#pending);
  }
}

const unknownStructure = reason("unknown-structure", "no settings are known for the container");

const changeOf = ({ author, reason: why, sequence, target }: Order) => ({
  author,
  reason: why,
  sequence,
  resource: target.resource,
});

function memoryRefusal(outcome: Exclude<MemWriteOutcome, { kind: "applied" }>): Reason {
  switch (outcome.kind) {
    case "gone":
      return reason("gone", "the container ended before the write");
    case "unchanged":
      return reason("unchanged", "the kernel holds this limit already");
    case "late":
      return reason(
        "write-pending",
        "the kernel has not answered in time; the write may still land",
      );
    case "refused": {
      const code: ReasonCode =
        outcome.refusal.code === "memory-in-use" ? "memory-in-use" : "kernel-refused";
      return reason(code, outcome.refusal.text);
    }
  }
}
