import { type ComputeResource, type CpuLimit, kernelDefaultCpuLimit } from "@sc/domain";

/** What a container's kernel holds, what its owner wants, and what is allowed. */
export interface ModelContainer {
  owner: ModelLimits;
  kernel: ModelLimits;
  readonly isAuto: Record<ComputeResource, boolean>;
}

export interface ModelLimits {
  readonly cpu: CpuLimit;
  readonly memMib: number | null;
}

/** The same for all, and always, so that the model need not follow it. */
export const modelBand = {
  cpu: { min: 10, max: 400 },
  mem: { min: 64, max: 1500 },
} as const;
/** Of 8 cores and 8 GiB what is neither the reserve nor in use outside. */
const grantable = { cpu: 720, mem: 2048 } as const;

/**
 * The whole of ledger, journal and release in as few lines as say it: each limit is the owner's or ours,
 * an order makes it ours within band and room, everything else gives it back or leaves it.
 */
export class AgreementModel {
  readonly containers = new Map<string, ModelContainer>();

  come(name: string, limits: { readonly shares: number | null; readonly memMib: number | null }) {
    const owner: ModelLimits = {
      cpu: { ...kernelDefaultCpuLimit, quotaShares: limits.shares },
      memMib: limits.memMib,
    };
    const before = this.containers.get(name);
    this.containers.set(name, {
      owner,
      kernel: owner,
      isAuto: before?.isAuto ?? { cpu: false, mem: false },
    });
  }

  of(name: string): ModelContainer {
    const container = this.containers.get(name);
    if (container === undefined) throw new Error(`the model has no ${name}`);
    return container;
  }

  amountOf({ kernel }: ModelContainer, resource: ComputeResource): number | null {
    return resource === "cpu" ? kernel.cpu.quotaShares : kernel.memMib;
  }

  /** What is granted to all, or to all but one. */
  granted(resource: ComputeResource, except?: ModelContainer): number {
    let sum = 0;
    for (const one of this.containers.values()) {
      if (!one.isAuto[resource] || one === except) continue;
      sum += this.amountOf(one, resource) ?? modelBand[resource].max;
    }
    return sum;
  }

  order(name: string, resource: ComputeResource, amount: number): void {
    const container = this.of(name);
    if (!container.isAuto[resource]) return;
    const { min, max } = modelBand[resource];
    const held = this.amountOf(container, resource);
    const inBand = Math.min(Math.max(amount, min), max);
    let now = inBand;
    if (held !== null && inBand > held) {
      const room = grantable[resource] - this.granted(resource, container);
      const free = Math.floor(room * 100) / 100;
      if (free < Math.min(held + 1, inBand)) return;
      now = Math.min(inBand, free);
    }
    this.#write(container, resource, now);
  }

  #write(container: ModelContainer, resource: ComputeResource, now: number): void {
    const { kernel } = container;
    if (resource === "mem") container.kernel = { ...kernel, memMib: now };
    else {
      container.kernel = { ...kernel, cpu: { ...kernel.cpu, quotaShares: now, weight: now } };
    }
  }

  /** Another hand sets what it sets, and leaves the rest. */
  ownerSets(
    name: string,
    { shares, memMib }: { readonly shares: number | null; readonly memMib: number | null },
  ): void {
    const container = this.of(name);
    const set = (limits: ModelLimits): ModelLimits => ({
      cpu: shares === null ? limits.cpu : { ...limits.cpu, quotaShares: shares },
      memMib: memMib ?? limits.memMib,
    });
    container.owner = set(container.owner);
    container.kernel = set(container.kernel);
  }

  setAuto(name: string, resource: ComputeResource, isAuto: boolean): void {
    this.of(name).isAuto[resource] = isAuto;
    if (!isAuto) this.release(name, resource);
  }

  release(name: string, resource?: ComputeResource): void {
    const container = this.of(name);
    const { owner, kernel } = container;
    container.kernel = {
      cpu: resource === "mem" ? kernel.cpu : owner.cpu,
      memMib: resource === "cpu" ? kernel.memMib : owner.memMib,
    };
  }
}
