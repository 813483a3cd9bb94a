import {
  formatShares as formatNumber,
  isSameMemLimit as isSameAmount,
  type RateResource,
  type Reason,
  rateResources,
  reason,
  resourceUnits,
} from "@sc/domain";
import type { AgentOptions } from "../agent-options.ts";
import { agentAuthor } from "../change-reporter.ts";
import type { DriftGuardDeps } from "../drift-guard-deps.ts";
import type { DriftRepairs } from "../drift-repairs.ts";
import { tellDrift } from "../tell-drift.ts";
import type { TrackedContainer } from "../tracked-container.ts";
import { writeRate } from "./write-rate.ts";

interface Drift {
  readonly resource: RateResource;
  readonly known: number | null;
  readonly found: number | null;
}

/**
 * Knows the limits of disk and network, and notices that another hand changed one. The kernel tells of
 * neither, so they are read every 10 s, and before each order.
 */
export class RateGuard {
  readonly #deps: DriftGuardDeps;
  readonly #options: () => Pick<AgentOptions, "drift">;
  readonly #repairs: DriftRepairs;

  constructor(
    deps: DriftGuardDeps,
    how: {
      readonly options: () => Pick<AgentOptions, "drift">;
      readonly repairs: DriftRepairs;
    },
  ) {
    this.#deps = deps;
    this.#options = how.options;
    this.#repairs = how.repairs;
  }

  /** Begins a look, and waits for none. */
  lookSoon(container: TrackedContainer): void {
    this.look(container).catch((error: unknown) => this.#deps.onFailure(container, error));
  }

  /** Compares the kernel with what was last written or seen. */
  look(container: TrackedContainer): Promise<void> {
    const { rates } = container;
    rates.look ??= this.#read(container, (drift) => this.#handle(container, drift)).finally(() => {
      rates.look = undefined;
    });
    return rates.look;
  }

  /** What another hand wrote since the last look is its owner's, whatever is configured. */
  async adoptChanges(container: TrackedContainer): Promise<void> {
    await container.rates.look;
    await this.#read(container, (drift) => this.#adopt(container, drift));
  }

  async #read(
    container: TrackedContainer,
    onDrift: (drift: Drift) => Promise<void> | void,
  ): Promise<void> {
    const { rates } = container;
    if (rates.control === undefined) return;
    const found = await rates.control.readLimits();
    for (const resource of rateResources) {
      // While a write of ours is under way the kernel may hold either limit, which says nothing.
      if (container.isClosed || rates.isWriting(resource)) continue;
      const [known, now] = [rates.limits[resource], found[resource]];
      if (now === undefined) rates.setLimit(resource, undefined);
      else if (known === undefined) this.#meet(container, resource, now);
      else if (!isSameAmount(known, now)) await onDrift({ resource, known, found: now });
    }
  }

  #meet(container: TrackedContainer, resource: RateResource, found: number | null): void {
    container.rates.setLimit(resource, found);
    // It may have been out of sight for a while: what was first stays what is to be put back.
    if (container.facts.first.rates?.[resource] === undefined)
      container.adoptFirstRate(resource, found);
    this.#deps.recover(container, resource);
    this.#deps.learn(container);
    this.#deps.ledger.enter(container);
  }

  async #handle(container: TrackedContainer, drift: Drift): Promise<void> {
    const { registry } = this.#deps.agent;
    const { resource } = drift;
    const isAuto = registry.settingsOf(container.name)?.resources[resource].mode === "auto";
    switch (isAuto ? this.#options().drift : "adopt") {
      case "adopt":
        this.#adopt(container, drift);
        return;
      case "hold":
        this.#hold(container, drift, textOf(drift));
        return;
      case "repair":
        if (registry.isPaused(container.name)) return;
        if (container.driftHolds[resource] !== undefined || !this.#repairs.mayRepair(container))
          this.#hold(container, drift, `${textOf(drift)}, again and again`);
        else await this.#repair(container, drift);
    }
  }

  #adopt(container: TrackedContainer, drift: Drift): void {
    const why = reason("drift-adopted", `${textOf(drift)}: taken as its owner's wish`);
    this.#takeAsOwners(container, drift, why);
  }

  #hold(container: TrackedContainer, drift: Drift, text: string): void {
    const { resource } = drift;
    const why = reason("drift-held", `${text}: left alone until ${resource} was out of auto once`);
    container.driftHolds[resource] = why;
    this.#takeAsOwners(container, drift, why);
  }

  #takeAsOwners(container: TrackedContainer, { resource, known, found }: Drift, why: Reason): void {
    if (container.isClosed) return;
    const { writer } = this.#deps;
    container.rates.setLimit(resource, found);
    container.adoptFirstRate(resource, found);
    writer.endLease(container, [resource]);
    writer.noteAdopted(container, { resource, amount: found }, why);
    this.#deps.learn(container);
    tellDrift(this.#deps, container, { resource, old: known, new: found, why });
  }

  async #repair(container: TrackedContainer, drift: Drift): Promise<void> {
    const { resource, known, found } = drift;
    const author = agentAuthor("drift-repair");
    const why = reason("drift-repaired", `${textOf(drift)}: written back`);
    container.rates.setLimit(resource, found);
    const written = await writeRate(this.#deps.writer, container, {
      resource,
      amount: known,
      // Lower than what is there now, as far as anyone can tell.
      isShrink: true,
      author,
      reason: why,
    });
    this.#deps.ledger.enter(container);
    if (!written.ok || written.value.kind === "refused") {
      this.#hold(container, drift, `${textOf(drift)} and it could not be written back`);
    } else if (written.value.kind === "applied") {
      const change = { resource, outcome: "applied", author, reason: why } as const;
      this.#deps.reporter.report(container, { ...change, old: found, new: written.value.amount });
    }
  }
}

const textOf = ({ resource, known, found }: Drift): string =>
  `another hand made ${limitText(resource, known)} into ${limitText(resource, found)}`;

const limitText = (resource: RateResource, amount: number | null): string =>
  amount === null ? "no limit" : `${formatNumber(amount)} ${resourceUnits[resource]}`;
