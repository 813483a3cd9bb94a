import {
  type CpuLimit,
  type Engine,
  invariant,
  parseStructureName,
  type StructureName,
} from "@sc/domain";
import { steady } from "../demand/demand.ts";
import type { SimulatedHost } from "../host/simulated-host.ts";

/** What an owner sets, of cpu in shares; `null` = no limit. */
export interface OwnersLimits {
  readonly shares: number | null;
  readonly memMib: number | null;
}

/** What runs on a host beside all containers, all the time. */
export interface OutsideUse {
  readonly cores: number;
  readonly memMib: number;
}

export type BrokenPart = "reading" | "decision";

interface Tenant {
  readonly path: string;
  readonly engine: Engine;
  /** What it uses, or used a moment ago if that was more. */
  memMib: number;
  /** What it is on its way to use. */
  memMibWanted: number;
}

/** Where the product itself runs. */
export const ownGroup = "/serverless-containers";

/** So long a wrong reading of the use outside may be what the agent goes by. */
const freedSteps = 40;
/** No program touches memory faster. */
const growthMibPerStep = 40;

/** Leaves little enough for the host to be under pressure. */
const pressedAvailableMib = 50;

/** The containers of one host, what they use, and what their owners and mishaps do to them. */
export class Tenants {
  /** What ever was broken: what failed once stays aside until it starts anew. */
  readonly broken = new Set<string>();
  isPressed = false;
  readonly #host: SimulatedHost;
  readonly #outside: OutsideUse;
  readonly #tenants = new Map<string, Tenant>();
  readonly #failing: Readonly<Record<BrokenPart, Set<string>>> = {
    reading: new Set(),
    decision: new Set(),
  };
  readonly #unreadable = new Set<string>();
  /** Of each of the last steps. */
  readonly #freed = Array.from({ length: freedSteps }, () => 0);

  constructor(host: SimulatedHost, outside: OutsideUse) {
    this.#host = host;
    this.#outside = outside;
    host.makeGroup("/system.slice/cron.service");
    host.setDemand("/system.slice/cron.service", steady(outside.cores));
    host.makeGroup(ownGroup);
    this.#tellMemory();
  }

  get names(): readonly string[] {
    return [...this.#tenants.keys()];
  }

  runs(name: string): boolean {
    return this.#tenants.has(name);
  }

  pathOf(name: string): string {
    return this.#of(name).path;
  }

  come(name: string, first: OwnersLimits, engine: Engine = "lxc"): void {
    const path = this.#freePath(name);
    this.#tenants.set(name, { path, engine, memMib: 0, memMibWanted: 0 });
    this.#host.makeContainer({ name, engine, path, limit: { quotaShares: first.shares } });
    this.#host.writeMemMibByAnotherHand(path, first.memMib);
  }

  go(name: string): void {
    const { path } = this.#of(name);
    this.#mend(name);
    this.broken.delete(name);
    this.#tenants.delete(name);
    this.#host.removeGroup(path);
  }

  /** The same group is another container by name, as when an owner renames it while it runs. */
  rename(name: string, to: string): void {
    const tenant = this.#of(name);
    this.#mend(name);
    this.#tenants.delete(name);
    this.#tenants.set(to, tenant);
    if (this.broken.delete(name)) this.broken.add(to);
    this.#host.renameContainer(tenant.path, tenant.engine, to);
  }

  #mend(name: string): void {
    this.setUnreadable(name, false);
    this.setBroken(name, "reading", false);
    this.setBroken(name, "decision", false);
  }

  /** It grows there step by step, and gives back at once. */
  useMemory(name: string, memMib: number): void {
    this.#of(name).memMibWanted = memMib;
  }

  /** A moment passes. What shrank is there a step later: nobody sees more than there is. */
  step(): void {
    for (const tenant of this.#tenants.values()) {
      const { memMib, memMibWanted } = tenant;
      const now = Math.min(memMibWanted, memMib + growthMibPerStep);
      if (now !== memMib) this.#host.setMemMibUsed(tenant.path, now);
      // What the kernel killed does not grow again by itself.
      if (now > 0 && this.#host.memoryOf(tenant.path).usedMib === 0) tenant.memMibWanted = 0;
      tenant.memMib = now;
      this.#noteFreed(memMib - this.#host.memoryOf(tenant.path).usedMib);
    }
    this.#freed.push(0);
    this.#freed.shift();
    this.#tellMemory();
  }

  /** What was just given back the host has at once, and who samples the container knows it later. */
  get memMibFreed(): number {
    return this.#freed.reduce((sum, memMib) => sum + memMib, 0);
  }

  #noteFreed(memMib: number): void {
    if (memMib > 0) this.#freed[this.#freed.length - 1] = (this.#freed.at(-1) ?? 0) + memMib;
  }

  #tellMemory(): void {
    const used = [...this.#tenants.values()].reduce((sum, { memMib }) => sum + memMib, 0);
    const availableMib = this.isPressed
      ? pressedAvailableMib
      : Math.max(0, this.#host.memMibTotal - this.#outside.memMib - used);
    this.#host.memory = { availableMib, fullStallPercent: 0 };
  }

  /** Whatever the kernel refuses us just now, it does not refuse the owner's tools. */
  setCpuByOwner(name: string, change: Partial<CpuLimit>): void {
    const { path } = this.#of(name);
    if (this.#unreadable.has(name)) return;
    this.#host.endRefusals(path);
    this.#host.writeByAnotherHand(path, change);
  }

  setMemoryByOwner(name: string, memMib: number | null): void {
    const { path, memMib: used } = this.#of(name);
    this.#host.endRefusals(path);
    if (memMib === null || memMib > used) this.#host.writeMemMibByAnotherHand(path, memMib);
  }

  setUnreadable(name: string, isOn: boolean): void {
    this.#host.setUnreadable(this.pathOf(name), isOn);
    if (isOn) this.#unreadable.add(name);
    else this.#unreadable.delete(name);
  }

  setBroken(name: string, part: BrokenPart, isOn: boolean): void {
    if (isOn) this.broken.add(name);
    const subject = part === "reading" ? this.pathOf(name) : name;
    if (isOn) this.#failing[part].add(subject);
    else this.#failing[part].delete(subject);
  }

  /** Whether opening this path, and reading what it uses, throws. */
  isReadingBroken(path: string): boolean {
    return this.#failing.reading.has(path);
  }

  isDecisionBroken(name: string): boolean {
    return this.#failing.decision.has(name);
  }

  /** Nothing fails any more, and nothing is frozen. */
  mendAll(): void {
    this.isPressed = false;
    for (const name of this.names) {
      const path = this.pathOf(name);
      this.#host.setFrozen(path, false);
      this.#host.endRefusals(path);
      this.#mend(name);
    }
  }

  /** What was renamed keeps the path of its old name. */
  #freePath(name: string): string {
    let path = `/${name}`;
    while (this.#host.cpusetOf(path) !== undefined) path = `${path}-again`;
    return path;
  }

  #of(name: string): Tenant {
    const tenant = this.#tenants.get(name);
    invariant(tenant !== undefined, `there is a container ${name}`);
    return tenant;
  }
}

/** The simulator makes valid names alone. */
export function structureNameOf(text: string): StructureName {
  const parsed = parseStructureName(text);
  invariant(parsed.ok, `a name is valid: ${text}`);
  return parsed.value;
}
