import { readFileSync } from "node:fs";
import { cpus } from "node:os";
import { setTimeout as delay } from "node:timers/promises";
import type { Api } from "@sc/api-client";
import type { RealContainer } from "@sc/lxc/testing";

/** Integrals up to a moment; what a run took is the difference of two. */
export interface Account {
  readonly usedCoreSeconds: number;
  readonly allocatedCoreSeconds: number;
  readonly throttledSeconds: number;
  readonly changes: number;
  /** Where memory is scaled. */
  readonly usedMibSeconds?: number;
  readonly allocatedMibSeconds?: number;
}

export type Accountant = () => Promise<Account>;

/** A limit that nobody moves, from the kernel's counters; without a limit all cores are allocated. */
export function kernelAccountant(container: RealContainer, limitShares: number | null): Accountant {
  const heldShares = limitShares ?? cpus().length * 100;
  return () =>
    Promise.resolve({
      usedCoreSeconds: usedCoreSeconds(container),
      allocatedCoreSeconds: (heldShares / 100) * (performance.now() / 1000),
      throttledSeconds: throttledSeconds(container),
      changes: 0,
    });
}

export const usedCoreSeconds = (container: RealContainer): number =>
  Number(readFileSync(container.groupFile("cpuacct", "cpuacct.usage"), "utf8")) / 1e9;

function throttledSeconds(container: RealContainer): number {
  const stat = readFileSync(container.cpuFile("cpu.stat"), "utf8");
  return Number(/^throttled_time (\d+)$/m.exec(stat)?.[1]) / 1e9;
}

/** Processes that the kernel killed because of a limit. */
export function kernelKills(container: RealContainer): number {
  const control = readFileSync(container.groupFile("memory", "memory.oom_control"), "utf8");
  return Number(/^oom_kill (\d+)$/m.exec(control)?.[1]);
}

const longestReadingSeconds = 10;

/** A limit that the server moves, from the server's own accounts: what users are told. */
export const serverAccountant =
  (api: Api, name: string, isMemScaled: boolean): Accountant =>
  async () => {
    const { accounting: last } = await api.structure(name);
    for (let waited = 0; waited < longestReadingSeconds; waited += 0.02) {
      await delay(20);
      const { accounting } = await api.structure(name);
      // Younger than the question.
      if (accounting.watchedSeconds > last.watchedSeconds) {
        const { usedMibSeconds, allocatedMibSeconds, ...ofCpu } = accounting;
        return isMemScaled ? { ...ofCpu, usedMibSeconds, allocatedMibSeconds } : ofCpu;
      }
    }
    throw new Error(`the server took no reading of ${name} for ${longestReadingSeconds} s`);
  };
