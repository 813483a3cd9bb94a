import {
  amountOf,
  type CpuLimit,
  judgeAmount,
  judgeCpuOrder,
  type LimitValue,
  type Order,
  type RateResource,
  type Reason,
  type ReasonCode,
  reason,
  type StructureSettings,
} from "@sc/domain";
import type { CpuWriteOutcome, JournalEntry, MemWriteOutcome } from "@sc/ports";
import type { AgentDeps } from "./agent-deps.ts";
import type { AgentOptions } from "./agent-options.ts";
import type { ChangeReporter } from "./change-reporter.ts";
import type { CorePins } from "./cores/core-pins.ts";
import type { DriftGuard } from "./drift-guard.ts";
import type { HostLedger } from "./host-ledger.ts";
import type { LimitWriter } from "./limit-writer.ts";
import type { RateGuard } from "./rates/rate-guard.ts";
import { RateOrders } from "./rates/rate-orders.ts";
import type { TrackedContainer } from "./tracked-container.ts";
import { writeMemory } from "./write-memory.ts";

/**
 * Takes orders, judges them against what is true on this host now, and applies them one at a time. The
 * answer to every order is a change: applied, or refused with its reason.
 */
export interface OrderDeskDeps {
  readonly agent: Pick<AgentDeps, "lease" | "registry">;
  readonly cores: CorePins;
  readonly driftGuard: DriftGuard;
  readonly ledger: HostLedger;
  readonly reporter: ChangeReporter;
  readonly guard: Pick<RateGuard, "look">;
  readonly writer: LimitWriter;
  readonly find: (name: Order["structure"]) => TrackedContainer | undefined;
  readonly onGone: (container: TrackedContainer) => void;
  /** An order failed in a way nobody foresaw, after it was taken. */
  readonly onFailure: (container: TrackedContainer, error: unknown) => void;
}

export class OrderDesk {
  readonly #deps: OrderDeskDeps;
  readonly #options: () => Pick<AgentOptions, "memoryDeadlineSeconds" | "autoSeconds">;
  readonly #rateOrders: RateOrders;
  readonly #pending = new Set<Promise<void>>();
  #isClosed = false;

  constructor(
    deps: OrderDeskDeps,
    options: () => Pick<AgentOptions, "memoryDeadlineSeconds" | "autoSeconds">,
  ) {
    this.#deps = deps;
    this.#options = options;
    this.#rateOrders = new RateOrders({
      ...deps,
      refuse: (order, why, container) => this.#refuse(order, why, container),
      isPlannedFrom,
    });
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
    else if (order.target.resource === "mem")
      this.#startMemory(order, order.target.memMib, { container, settings });
    else this.#startRate(order, order.target, { container, settings });
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
    return container.heldBack(resource);
  }

  #applyCpu(order: Order, target: CpuLimit, { container, settings }: Ordered): void {
    // What was planned stood on another limit if someone else's hand was quicker.
    if (this.#deps.driftGuard.look(container) === "drifted") {
      this.#refuse(order, driftedMeanwhile, container);
      return;
    }
    const current = container.cpuLimit;
    if (current === undefined) {
      this.#refuse(order, reason("gone", "the present limit cannot be read"), container);
      return;
    }
    if (!isPlannedFrom(order, current.quotaShares)) {
      this.#refuse(order, plannedFromAnother, container);
      return;
    }
    const { cores, ledger } = this.#deps;
    const judgement = judgeCpuOrder({
      target: cores.shaped(container, target),
      current,
      settings: settings.resources.cpu,
      freeShares: Math.min(ledger.freeFor(container.id, "cpu"), cores.freeFor(container)),
      isHostPressed: ledger.observation().isPressed,
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
        this.#deps.cores.settle(container, order.author);
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

  #startMemory(order: Order, target: number | null, { container, settings }: Ordered): void {
    if (container.memoryWrite !== undefined) {
      this.#refuse(order, reason("write-pending", "the write before has not ended"), container);
      return;
    }
    // What was planned stood on another limit if someone else's hand was quicker.
    if (this.#deps.driftGuard.lookAtMemory(container) === "drifted") {
      this.#refuse(order, driftedMeanwhile, container);
      return;
    }
    const old = container.memMibLimit;
    if (old === undefined) {
      this.#refuse(order, reason("gone", "the present limit cannot be read"), container);
      return;
    }
    if (!isPlannedFrom(order, old)) {
      this.#refuse(order, plannedFromAnother, container);
      return;
    }
    const judgement = judgeAmount({
      resource: "mem",
      target,
      current: old,
      settings: settings.resources.mem,
      free: this.#deps.ledger.freeFor(container.id, "mem"),
      isHostPressed: this.#deps.ledger.observation().isPressed,
      // What is in use is not known: the kernel's own look before the write must do.
      floor: container.memory.floorMib(this.#options().autoSeconds) ?? 0,
    });
    if (judgement.kind === "refuse") {
      this.#refuse(order, judgement.reason, container);
      return;
    }
    const { amount: memMib, isShrink, cut } = judgement;
    const run = this.#applyMemory(order, { container, memMib, isShrink, old, cut })
      .catch((error: unknown) => this.#deps.onFailure(container, error))
      .finally(() => this.#pending.delete(run));
    this.#pending.add(run);
  }

  #startRate(
    order: Order,
    target: LimitValue & { readonly resource: RateResource },
    { container, settings }: Ordered,
  ): void {
    const of = { container, settings: settings.resources[target.resource] };
    const run = this.#rateOrders
      .apply(order, target, of)
      .catch((error: unknown) => this.#deps.onFailure(container, error))
      .finally(() => this.#pending.delete(run));
    this.#pending.add(run);
  }

  async #applyMemory(order: Order, write: MemoryOrder): Promise<void> {
    const { container, memMib, isShrink } = write;
    const line = this.#deps.writer.memLine(container, { ...order, memMib });
    const ready = this.#deps.writer.prepare(container, line, isShrink);
    if (!ready.ok) {
      this.#refuse(order, ready.error, container);
      return;
    }
    const writing = writeMemory(container, memMib, this.#options().memoryDeadlineSeconds);
    // A growth under way is sold already.
    this.#deps.ledger.enter(container);
    const answer = await writing;
    if (answer.kind !== "late") {
      this.#concludeMemory(order, { ...write, line }, answer);
      return;
    }
    this.#refuse(order, lateWrite, container);
    // Its line stays open for recovery until then, and nobody who stops the agent waits for it.
    answer.ended
      .then((outcome) => this.#concludeMemory(order, { ...write, line }, outcome))
      .catch((error: unknown) => this.#deps.onFailure(container, error));
  }

  #concludeMemory(
    order: Order,
    { container, old, cut, line }: MemoryOrder & { readonly line: JournalEntry },
    outcome: MemWriteOutcome,
  ): void {
    const isApplied = outcome.kind === "applied" || outcome.kind === "unchanged";
    this.#deps.writer.conclude(container, line, isApplied);
    this.#deps.ledger.enter(container);
    if (outcome.kind === "applied") {
      this.#deps.reporter.report(container, {
        ...changeOf(order),
        outcome: "applied",
        old,
        new: outcome.memMib,
        detail: cut,
      });
      return;
    }
    this.#refuse(order, memoryRefusal(outcome), container);
  }

  #refuse(order: Order, why: Reason, container: TrackedContainer | undefined): void {
    const { target, structure: name, id } = order;
    const current = container?.limitOf(target.resource);
    this.#deps.reporter.report(container ?? { name, id }, {
      ...changeOf(order),
      outcome: "refused",
      old: current,
      new: amountOf(target),
      detail: why,
    });
  }

  /** Takes no order any more; ends when no memory write of an order is under way. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await Promise.all(this.#pending);
  }
}

/** What an order is about, and what its owner allows. */
interface Ordered {
  readonly container: TrackedContainer;
  readonly settings: StructureSettings;
}

interface MemoryOrder {
  readonly container: TrackedContainer;
  readonly memMib: number;
  readonly isShrink: boolean;
  readonly old: number | null;
  readonly cut: Reason | undefined;
}

const driftedMeanwhile = reason("stale-order", "the limit was changed by another hand");
const lateWrite = reason(
  "write-pending",
  "the kernel has not answered in time; the write may still land",
);
const plannedFromAnother = reason("stale-order", "it was planned from another limit");
const unknownStructure = reason("unknown-structure", "no settings are known for the container");

/** The kernel keeps whole microseconds and pages. */
const roundingOfPlans = 0.1;

function isPlannedFrom({ from }: Order, now: number | null): boolean {
  if (from === undefined) return true;
  if (from === null || now === null) return from === now;
  return Math.abs(from - now) < roundingOfPlans;
}

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
    case "not-begun":
      return reason(
        "write-pending",
        "other memory limits keep the writers busy: nothing was begun",
      );
    case "refused": {
      const code: ReasonCode =
        outcome.refusal.code === "memory-in-use" ? "memory-in-use" : "kernel-refused";
      return reason(code, outcome.refusal.text);
    }
  }
}
