import { type Demand, type DemandStretch, idle } from "../demand/demand.ts";
import { CpuBandwidth } from "./cpu-bandwidth.ts";
import { Disks } from "./disks.ts";
import { Memory } from "./memory.ts";

/** The state the simulated kernel keeps of one group. */
export class KernelGroup {
  readonly path: string;
  /** Another group of the same path has another. */
  readonly inode: number;
  readonly bandwidth = new CpuBandwidth();
  /** As v1's `cpu.shares` keeps the weight: whole numbers. */
  cpuShares = 1024;
  /** As `cpuset.cpus`: all cores where it is empty. */
  cpuset = "";
  readonly memory = new Memory();
  readonly disks = new Disks();
  isFrozen = false;
  isGone = false;
  /** Up to when the machine has worked it out. */
  reachedUs = 0;
  #demand: Demand = idle;
  #backlogUs = 0;
  #usedUs = 0;

  constructor(options: { readonly path: string; readonly inode: number }) {
    this.path = options.path;
    this.inode = options.inode;
  }

  get usedUs(): number {
    return this.#usedUs;
  }

  /** Of the group's program; it has one process. */
  get threads(): number {
    return this.#demand.threads;
  }

  /** Work that is due and not done. */
  get backlogUs(): number {
    return this.#backlogUs;
  }

  /** Replaces what the group does; what the demand before left undone is dropped. */
  setDemand(demand: Demand): void {
    this.#demand = demand;
    this.#backlogUs = 0;
  }

  addWork(us: number): void {
    this.#backlogUs += us;
  }

  /**
   * Takes up what becomes due; answers what it would use of the stretch if it had the cores to itself and
   * no quota.
   */
  arrive(stretch: MachineStretch): number {
    if (this.isFrozen) return 0;
    if (this.#demand !== idle) {
      stretch.due.backlogCoreSeconds = this.#backlogUs / usPerSecond;
      this.#backlogUs += this.#demand.dueCoreSeconds(stretch.due) * usPerSecond;
    }
    if (this.#backlogUs === 0) return 0;
    return Math.min(this.#backlogUs, this.cores * (stretch.toUs - stretch.fromUs));
  }

  /** Of at most `mostUs`; answers what it used. */
  run({ fromUs, toUs }: MachineStretch, mostUs: number): number {
    this.reachedUs = toUs;
    if (this.isFrozen || this.#backlogUs === 0) {
      this.bandwidth.rest(toUs);
      return 0;
    }
    const wantedUs = this.#backlogUs;
    const usedUs = this.bandwidth.run({ fromUs, toUs, wantedUs, mostUs, threads: this.cores });
    this.#usedUs += usedUs;
    const leftUs = this.#backlogUs - usedUs;
    this.#backlogUs = leftUs < leastUs ? 0 : leftUs;
    return usedUs;
  }

  /** What `run` would use, with nothing changed. */
  wouldUse({ fromUs, toUs }: MachineStretch): number {
    if (this.isFrozen || this.#backlogUs === 0) return 0;
    const wantedUs = this.#backlogUs;
    const mostUs = Number.POSITIVE_INFINITY;
    return this.bandwidth.wouldUse({ fromUs, toUs, wantedUs, mostUs, threads: this.cores });
  }

  /** The most at the same time; work that was added to a group without a program has one thread. */
  get cores(): number {
    return Math.max(1, this.#demand.threads);
  }
}

/** One for all groups and steps, so that a step makes no objects. */
export interface MachineStretch {
  fromUs: number;
  toUs: number;
  /** The same in seconds, and the backlog of the group that is asked. */
  readonly due: Mutable<DemandStretch>;
}

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] };

const usPerSecond = 1_000_000;
/** Below it a rest is rounding. */
const leastUs = 1e-6;
