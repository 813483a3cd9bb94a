import {
  type CpuLimit,
  type Engine,
  err,
  invariant,
  kernelDefaultCpuLimit,
  ok,
  type Result,
} from "@sc/domain";
import type {
  Cgroups,
  ContainerFinder,
  ControlGroup,
  GroupRef,
  GroupRefusal,
  HostReader,
  WriteRefusal,
} from "@sc/ports";
import type { VirtualClock } from "../clock/virtual-clock.ts";
import type { Demand } from "../demand/demand.ts";
import type { MemoryProgram } from "../demand/memory-program.ts";
import { KernelGroup } from "../kernel/kernel-group.ts";
import type { Memory } from "../kernel/memory.ts";
import { MemoryProgramRun } from "../kernel/memory-program-run.ts";
import { SimulatedMachine } from "../kernel/simulated-machine.ts";
import { readCpuLimit } from "../kernel/write-cpu-limit.ts";
import { faultOfPath } from "./fault-of-path.ts";
import { HostedGroup } from "./hosted-group.ts";
import { SimulatedFinder } from "./simulated-finder.ts";
import { SimulatedGroup } from "./simulated-group.ts";

export interface SimulatedHostOptions {
  /** Default `simulated`. */
  readonly name?: string;
  readonly cores: number;
  /** Default 8192. */
  readonly memMibTotal?: number;
  /** Whether a group may be a container's; all else is never touched. Default: it may. */
  readonly isContainerGroup?: (path: string) => boolean;
  /**
   * The longest stretch of time that is worked out in one piece, milliseconds, 0.001 or more; default 10.
   * What comes due in it is due at its begin, and cores are shared over the whole of it.
   */
  readonly stepMs?: number;
  /** A memory limit brakes what it stops (v2), and does not end it (v1). Default: it ends it. */
  readonly isMemoryBraked?: boolean;
}

export interface SimulatedContainer {
  readonly name: string;
  readonly engine: Engine;
  /** Default: `/` and the name. */
  readonly path?: string;
  /** What the owner set; what is absent is the kernel's default. */
  readonly limit?: Partial<CpuLimit>;
  readonly demand?: Demand;
}

/**
 * A host without hardware: groups, containers, processors and faults, all under a virtual clock. It is
 * integrated only when someone looks or acts, so an idle host costs nothing.
 */
export class SimulatedHost implements Cgroups, HostReader {
  readonly name: string;
  readonly cores: number;
  readonly memMibTotal: number;
  readonly bootId = "simulated-boot";
  /** What `readMemory` answers. */
  memory: ReturnType<HostReader["readMemory"]>;
  readonly #clock: VirtualClock;
  readonly #machine: SimulatedMachine;
  readonly #groups = new Map<string, HostedGroup>();
  readonly #isContainerGroup: (path: string) => boolean;
  readonly #isMemoryBraked: boolean;
  readonly #finders: Readonly<Record<Engine, SimulatedFinder>>;
  #lastInode = 0;

  constructor(deps: { readonly clock: VirtualClock }, options: SimulatedHostOptions) {
    this.#clock = deps.clock;
    this.name = options.name ?? "simulated";
    this.cores = options.cores;
    this.memMibTotal = options.memMibTotal ?? 8192;
    this.#isContainerGroup = options.isContainerGroup ?? (() => true);
    this.#isMemoryBraked = options.isMemoryBraked ?? false;
    this.memory = { availableMib: this.memMibTotal / 2, fullStallPercent: 0 };
    this.#machine = new SimulatedMachine({
      cores: options.cores,
      stepUs: Math.round((options.stepMs ?? defaultStepMs) * 1000),
    });
    const finder = (engine: Engine): SimulatedFinder =>
      new SimulatedFinder({ timers: deps.clock }, engine);
    this.#finders = { lxc: finder("lxc"), plain: finder("plain") };
  }

  // What the core asks of a host.

  open(ref: GroupRef): Result<ControlGroup, GroupRefusal> {
    const fault = faultOfPath(ref.path);
    if (fault !== undefined) return err({ code: "invalid-path", text: fault });
    if (groupsOfTheSystem.has(ref.path) || !this.#isContainerGroup(ref.path))
      return err({ code: "never-touch", text: `${ref.path} is no container's` });
    const group = this.#groups.get(ref.path);
    if (group === undefined) return err({ code: "gone", text: `there is no group ${ref.path}` });
    return ok(new SimulatedGroup(group));
  }

  finder(engine: Engine): ContainerFinder {
    return this.#finders[engine];
  }

  readCpuUsedSeconds(): number {
    this.#catchUp();
    return this.#machine.usedUs / usPerSecond;
  }

  readMemory(): ReturnType<HostReader["readMemory"]> {
    return this.memory;
  }

  // What an owner and the containers do.

  makeGroup(path: string): void {
    invariant(!this.#groups.has(path), `a group is made once: ${path}`);
    this.#catchUp();
    this.#lastInode += 1;
    const kernel = new KernelGroup({ path, inode: this.#lastInode });
    kernel.memory.isBraked = this.#isMemoryBraked;
    const cores = Array.from({ length: this.cores }, (_, core) => core);
    const deps = { catchUp: () => this.#catchUpWith(kernel), timers: this.#clock, cores };
    this.#groups.set(path, new HostedGroup(deps, kernel));
    this.#machine.add(kernel);
  }

  makeContainer(container: SimulatedContainer): void {
    const path = container.path ?? `/${container.name}`;
    this.makeGroup(path);
    const limit = { ...kernelDefaultCpuLimit, ...container.limit };
    this.writeByAnotherHand(path, limit);
    if (container.demand !== undefined) this.setDemand(path, container.demand);
    this.#finders[container.engine].add(path, container.name);
  }

  /** The same group has another name from now on. */
  renameContainer(path: string, engine: Engine, name: string): void {
    this.#finders[engine].add(path, name);
  }

  /** The group is gone, and the container of it, if it was one. */
  removeGroup(path: string): void {
    this.#catchUp();
    this.#group(path).kernel.isGone = true;
    this.#groups.delete(path);
    this.#machine.remove(path);
    for (const finder of Object.values(this.#finders)) finder.remove(path);
  }

  setDemand(path: string, demand: Demand): void {
    this.#catchUp();
    this.#group(path).kernel.setDemand(demand);
    this.#machine.threadsChanged();
  }

  /** Work for one thread, on top of what the demand asks for. */
  addWork(path: string, coreSeconds: number): void {
    this.#catchUp();
    this.#group(path).kernel.addWork(coreSeconds * usPerSecond);
  }

  /** Adds work and lets time pass until all of the group's work is done. */
  burnCpu(path: string, coreSeconds: number): void {
    this.addWork(path, coreSeconds);
    const { kernel } = this.#group(path);
    for (let waited = 0; kernel.backlogUs > 0; waited += burnStepSeconds) {
      invariant(waited < longestBurnSeconds, `the work of ${path} is done in bounded time`);
      this.#clock.advance(burnStepSeconds);
      this.#catchUp();
    }
  }

  /** Memory that cannot be reclaimed; more than the limit is the end of what used it, or waits. */
  setMemMibUsed(path: string, memMib: number): void {
    this.#group(path).useMemory(memMib);
  }

  readDisk(path: string, device: string, bytes: number): void {
    this.#group(path).kernel.disks.read(device, bytes);
  }

  setMemMibCached(path: string, memMib: number): void {
    this.#group(path).cacheMemory(memMib);
  }

  /** From now on this program runs in the group, in steps of so many seconds. */
  runMemory(path: string, program: MemoryProgram, stepSeconds: number): void {
    const group = this.#group(path);
    const run = new MemoryProgramRun(program, group.kernel.memory);
    const timer = this.#clock.every(stepSeconds, () => {
      if (group.kernel.isGone) timer.cancel();
      else group.stepMemory(run, stepSeconds);
    });
  }

  /** The container makes groups of its own. */
  setGroupsInside(path: string, hasGroupsInside: boolean): void {
    this.#group(path).kernel.memory.hasGroupsInside = hasGroupsInside;
  }

  setFrozen(path: string, isFrozen: boolean): void {
    this.#catchUp();
    this.#group(path).kernel.isFrozen = isFrozen;
  }

  // Faults.

  /** The owner's tools write a limit past us; parts that are absent stay. */
  writeByAnotherHand(path: string, change: Partial<CpuLimit>): void {
    this.#catchUp();
    const group = this.#group(path);
    const outcome = group.writeCpuLimit({ ...readCpuLimit(group.kernel), ...change });
    invariant(outcome.kind !== "refused", "another hand writes only what the kernel takes");
  }

  writeMemMibByAnotherHand(path: string, memMib: number | null): void {
    const outcome = this.#group(path).writeMemMibLimit(memMib);
    invariant(outcome.kind !== "refused", "another hand writes only what the kernel takes");
  }

  setCpuset(path: string, cpuset: string): void {
    this.#group(path).kernel.cpuset = cpuset;
  }

  refuseNextWrites(path: string, refusal: WriteRefusal, count = 1): void {
    for (let index = 0; index < count; index += 1) this.#group(path).refusals.push(refusal);
  }

  endRefusals(path: string): void {
    this.#group(path).refusals.length = 0;
  }

  setUnreadable(path: string, isUnreadable: boolean): void {
    this.#group(path).isUnreadable = isUnreadable;
  }

  // What a test or a checker may know and the core may not.

  /** Work that is due and not done: what a limit held back. */
  backlogCoreSeconds(path: string): number {
    this.#catchUp();
    return this.#group(path).kernel.backlogUs / usPerSecond;
  }

  /** What writes of limits, not periods, gave to the group. */
  refilledCoreSeconds(path: string): number {
    return this.#group(path).kernel.bandwidth.counters.refilledUs / usPerSecond;
  }

  memoryOf(path: string): Memory {
    return this.#group(path).kernel.memory;
  }

  cpusetOf(path: string): string | undefined {
    return this.#groups.get(path)?.kernel.cpuset;
  }

  #group(path: string): HostedGroup {
    const group = this.#groups.get(path);
    invariant(group !== undefined, `there is a group ${path}`);
    return group;
  }

  #catchUp(): void {
    this.#machine.runUntil(this.#nowUs());
  }

  #catchUpWith(kernel: KernelGroup): number {
    const nowUs = this.#nowUs();
    this.#machine.runGroupUntil(kernel, nowUs);
    return nowUs;
  }

  #nowUs(): number {
    return Math.round(this.#clock.monotonic() * usPerSecond);
  }
}

const usPerSecond = 1_000_000;
const defaultStepMs = 10;
const groupsOfTheSystem = new Set(["/", "/system.slice", "/user.slice", "/init.scope"]);
const burnStepSeconds = 0.01;
const longestBurnSeconds = 3600;
