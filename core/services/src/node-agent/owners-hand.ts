import {
  type ByRate,
  type ContainerLimits,
  type CpuLimit,
  err,
  formatShares,
  isSameMemLimit as isSameAmount,
  isSameCpuLimit,
  kernelDefaultCpuLimit,
  type LimitValue,
  limitIn,
  ok,
  type Reason,
  type Resource,
  type Result,
  rateResources,
  reason,
  resources,
  type StructureName,
} from "@sc/domain";
import type { OwnersRefusal, OwnersWish } from "@sc/ports";
import type { AgentDeps } from "./agent-deps.ts";
import type { AgentOptions } from "./agent-options.ts";
import type { ChangeReporter } from "./change-reporter.ts";
import type { CorePins } from "./cores/core-pins.ts";
import type { DriftGuard } from "./drift-guard.ts";
import type { HostLedger } from "./host-ledger.ts";
import type { LimitWriter } from "./limit-writer.ts";
import { writeRate } from "./rates/write-rate.ts";
import type { TrackedContainer } from "./tracked-container.ts";
import { writeMemory } from "./write-memory.ts";

export interface OwnersHandDeps {
  readonly agent: Pick<AgentDeps, "bus" | "clock" | "registry">;
  readonly cores: CorePins;
  readonly driftGuard: DriftGuard;
  readonly ledger: HostLedger;
  readonly reporter: ChangeReporter;
  readonly writer: LimitWriter;
  readonly find: (name: StructureName) => TrackedContainer | undefined;
  /** The container's first limit changed: settings that follow it must be made anew. */
  readonly learn: (container: TrackedContainer) => void;
}

/**
 * Writes limits that their owner asks for through us, as the owner's own tools would: all that are named,
 * or none. While they are being written each stands on the restore list with the limit of before, so
 * whatever ends in the middle is undone, by us or by whoever recovers; only when all are in force are they
 * its first limits.
 */
export class OwnersHand {
  readonly #deps: OwnersHandDeps;
  readonly #options: () => Pick<AgentOptions, "autoSeconds" | "memoryDeadlineSeconds">;
  /** One wish at a time for each container: two would undo each other. */
  readonly #underWay = new Map<StructureName, Promise<unknown>>();

  constructor(
    deps: OwnersHandDeps,
    options: () => Pick<AgentOptions, "autoSeconds" | "memoryDeadlineSeconds">,
  ) {
    this.#deps = deps;
    this.#options = options;
  }

  async set(
    name: StructureName,
    wish: OwnersWish,
  ): Promise<Result<ContainerLimits, OwnersRefusal>> {
    const before = this.#underWay.get(name);
    const run = Promise.resolve(before)
      .catch(() => undefined)
      .then(() => this.#set(name, wish));
    this.#underWay.set(name, run);
    try {
      return await run;
    } finally {
      if (this.#underWay.get(name) === run) this.#underWay.delete(name);
    }
  }

  async #set(
    name: StructureName,
    wish: OwnersWish,
  ): Promise<Result<ContainerLimits, OwnersRefusal>> {
    const container = this.#deps.find(name);
    if (container === undefined)
      return refuse("unknown", undefined, `no container called ${name} runs on this host`);
    container.isInOwnersHand = true;
    try {
      return await this.#setOf(container, wish);
    } finally {
      container.isInOwnersHand = false;
    }
  }

  async #setOf(
    container: TrackedContainer,
    wish: OwnersWish,
  ): Promise<Result<ContainerLimits, OwnersRefusal>> {
    await this.#lookAnew(container, wish);
    const obstacle = this.#obstacleTo(container, wish);
    if (obstacle !== undefined) return err(obstacle);
    const old = limitsOf(container);
    const done: Resource[] = [];
    for (const resource of resources) {
      if (!isNamed(wish, resource)) continue;
      const why = await this.#write(container, resource, wish);
      if (why === undefined) {
        done.push(resource);
        continue;
      }
      await this.#undo(container, done, old);
      // What was refused was put on the list all the same.
      if (container.stateOf(resource) === "first")
        this.#deps.writer.endLease(container, [resource]);
      return refuse("refused", resource, `${why.text}; nothing was changed`);
    }
    for (const resource of done) this.#adopt(container, resource, old);
    return ok(limitsOf(container));
  }

  /** What another hand wrote since the last look is what is to be put back if this fails. */
  async #lookAnew(container: TrackedContainer, wish: OwnersWish): Promise<void> {
    const { driftGuard } = this.#deps;
    if (isNamed(wish, "cpu")) driftGuard.look(container);
    if (isNamed(wish, "mem")) driftGuard.lookAtMemory(container);
    if (rateResources.some((each) => isNamed(wish, each))) await driftGuard.rates.look(container);
  }

  #obstacleTo(container: TrackedContainer, wish: OwnersWish): OwnersRefusal | undefined {
    const settings = this.#deps.agent.registry.settingsOf(container.name);
    for (const resource of resources) {
      if (!isNamed(wish, resource)) continue;
      if (settings?.resources[resource].mode === "auto") {
        const text = `${resource} of ${container.name} is in auto: its policy decides its limit`;
        return { code: "in-auto", resource, text };
      }
      if (container.limitOf(resource) === undefined) {
        const text = `${container.name} has no ${resource} whose limit can be read`;
        return { code: "refused", resource, text };
      }
    }
    const floor = container.memory.floorMib(this.#options().autoSeconds) ?? 0;
    if (typeof wish.memMib !== "number" || wish.memMib >= floor) return undefined;
    const text = `${Math.ceil(floor)} MiB are in use, margin included, and ${wish.memMib} are wanted`;
    return { code: "in-use", resource: "mem", text };
  }

  /** `undefined` = it is in force. */
  async #write(
    container: TrackedContainer,
    resource: Resource,
    wish: OwnersWish,
  ): Promise<Reason | undefined> {
    if (resource === "cpu")
      return this.#writeCpuOnCores(container, cpuOf(container, wish.cpuShares ?? null));
    if (resource === "mem") return this.#writeMemory(container, wish.memMib ?? null);
    const amount = wish.rates?.[resource] ?? null;
    const written = await writeRate(this.#deps.writer, container, {
      ...{ resource, amount, author },
      isShrink: false,
      reason: asked,
    });
    if (!written.ok) return written.error;
    return refusalOf(written.value);
  }

  #writeCpu(container: TrackedContainer, limit: CpuLimit): Reason | undefined {
    if (container.cpuLimit !== undefined && isSameCpuLimit(container.cpuLimit, limit))
      return undefined;
    const write = { limit, isShrink: false, author, reason: asked };
    const written = this.#deps.writer.writeCpu(container, write);
    return written.ok ? refusalOf(written.value) : written.error;
  }

  /** On a pinned host the cores are part of the limit: without them it is not in force. */
  #writeCpuOnCores(container: TrackedContainer, limit: CpuLimit): Reason | undefined {
    const { cores } = this.#deps;
    const before = container.cpuLimit;
    const shaped = cores.shaped(container, limit);
    const free = cores.freeFor(container);
    if ((shaped.quotaShares ?? 0) > free)
      return reason("host-full", `the cores of the host have ${formatShares(free)} shares for it`);
    const refused = this.#writeCpu(container, shaped);
    if (refused !== undefined) return refused;
    container.cores.hold = undefined;
    const unplaced = cores.follow(container, author);
    if (unplaced === undefined || before === undefined) return unplaced;
    this.#writeCpu(container, before);
    return unplaced;
  }

  async #writeMemory(
    container: TrackedContainer,
    memMib: number | null,
  ): Promise<Reason | undefined> {
    const { memMibLimit } = container;
    if (memMibLimit !== undefined && isSameAmount(memMibLimit, memMib)) return undefined;
    if (container.memoryWrite !== undefined)
      return reason("write-pending", "the memory write before has not ended");
    const { writer } = this.#deps;
    const line = writer.memLine(container, { memMib, author, reason: asked });
    const ready = writer.prepare(container, line, false);
    if (!ready.ok) return ready.error;
    const answer = await writeMemory(container, memMib, this.#options().memoryDeadlineSeconds);
    if (answer.kind === "late")
      return reason("write-pending", "the kernel has not answered in time");
    writer.conclude(container, line, answer.kind === "applied" || answer.kind === "unchanged");
    return refusalOf(answer);
  }

  /** Last written, first undone. What cannot be put back stays on the restore list, and is tried again. */
  async #undo(
    container: TrackedContainer,
    done: readonly Resource[],
    old: ContainerLimits,
  ): Promise<void> {
    for (const resource of done.toReversed()) {
      const wish: OwnersWish = { memMib: old.memMib ?? null, rates: old.rates ?? {} };
      const failed =
        resource === "cpu" && old.cpu !== undefined
          ? this.#writeCpuOnCores(container, old.cpu)
          : await this.#write(container, resource, wish);
      if (failed === undefined) this.#deps.writer.endLease(container, [resource]);
    }
  }

  #adopt(container: TrackedContainer, resource: Resource, old: ContainerLimits): void {
    const { agent, learn, ledger, reporter, writer } = this.#deps;
    const value = limitValueOf(container, resource);
    if (value === undefined) return;
    if (value.resource === "cpu") container.adoptFirstCpuLimit(value.limit);
    else if (value.resource === "mem") container.adoptFirstMemLimit(value.memMib);
    else container.adoptFirstRate(value.resource, value.amount);
    writer.endLease(container, [resource]);
    writer.noteAdopted(container, value, asked);
    learn(container);
    ledger.enter(container);
    const [before, now] = [limitIn(old, resource), container.limitOf(resource)];
    const change = { resource, outcome: "applied", author, reason: asked } as const;
    if (before !== now) reporter.report(container, { ...change, old: before, new: now });
    const { name, id } = container;
    const at = agent.clock.monotonic();
    agent.bus.publish("containers", [{ kind: "start-anew", name, id, reason: asked, at }]);
  }
}

const author = { kind: "person", name: "api" } as const;
const asked = reason("asked-by-person", "its owner set the limit");

const isNamed = (wish: OwnersWish, resource: Resource): boolean => {
  if (resource === "cpu") return wish.cpuShares !== undefined;
  if (resource === "mem") return wish.memMib !== undefined;
  return wish.rates?.[resource] !== undefined;
};

/** The rest of the limit stays its owner's; the kernel takes no burst above the quota. */
function cpuOf({ cpuLimit = kernelDefaultCpuLimit }: TrackedContainer, shares: number | null) {
  const burstShares = shares === null ? 0 : Math.min(cpuLimit.burstShares, shares);
  return { ...cpuLimit, quotaShares: shares, burstShares };
}

function limitsOf({
  cpuLimit: cpu,
  memMibLimit: memMib,
  rates,
}: TrackedContainer): ContainerLimits {
  const known: ByRate<number | null> = { ...rates.limits };
  return { cpu, memMib, rates: known };
}

function limitValueOf(container: TrackedContainer, resource: Resource): LimitValue | undefined {
  const { cpuLimit, memMibLimit, rates } = container;
  if (resource === "cpu") return cpuLimit && { resource, limit: cpuLimit };
  if (resource === "mem")
    return memMibLimit === undefined ? undefined : { resource, memMib: memMibLimit };
  const amount = rates.limits[resource];
  return amount === undefined ? undefined : { resource, amount };
}

function refusalOf(outcome: {
  readonly kind: string;
  readonly refusal?: { readonly text: string };
}): Reason | undefined {
  switch (outcome.kind) {
    case "applied":
    case "unchanged":
      return undefined;
    case "gone":
      return reason("gone", "the container ended");
    default:
      return reason("kernel-refused", outcome.refusal?.text ?? "other writes keep the kernel busy");
  }
}

const refuse = (code: OwnersRefusal["code"], resource: Resource | undefined, text: string) =>
  err({ code, text, ...(resource !== undefined && { resource }) });
