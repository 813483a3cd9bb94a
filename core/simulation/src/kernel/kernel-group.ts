import { invariant } from "@sc/domain";
import { type Demand, idle } from "../demand/demand.ts";
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

  /** What it would use of this stretch of time if it had the cores to itself and no quota. */
  wantedUs(fromUs: number, toUs: number): number {
    if (this.isFrozen) return 0;
    const due = this.#demand.dueCoreSeconds({
      fromSeconds: fromUs / usPerSecond,
      toSeconds: toUs / usPerSecond,
      backlogCoreSeconds: this.#backlogUs / usPerSecond,
    });
    this.#backlogUs += due * usPerSecond;
    return Math.min(this.#backlogUs, Math.max(1, this.#demand.threads) * (toUs - fromUs));
  }

  use(usedUs: number): void {
    invariant(usedUs >= 0, "a group uses no negative time");
    this.#usedUs += usedUs;
    const left = this.#backlogUs - usedUs;
    this.#backlogUs = left < leastUs ? 0 : left;
  }
}

const usPerSecond = 1_000_000;
/** Below it a rest is rounding. */
const leastUs = 1e-6;
