import type { ChildProcess } from "node:child_process";
import { setTimeout as delay, setImmediate as immediate } from "node:timers/promises";
import type { Log } from "@sc/ports";
import type { CgroupsHarness } from "@sc/ports/testing";
import { KernelCgroups } from "../cgroups.ts";
import { RealGroups, realDisk } from "./real-groups.ts";

const silent: Log = { info: () => undefined, warn: () => undefined, error: () => undefined };

async function endOfGoodRun(child: ChildProcess): Promise<void> {
  const status = await new Promise((resolve) => child.once("exit", resolve));
  if (status !== 0) throw new Error(`what was to run in the group ended with ${String(status)}`);
}

/** Real groups of the version this kernel has, for the suite of the port. */
export function makeRealHarness(): CgroupsHarness {
  const groups = new RealGroups("suite");
  const pathOf = (name: string): string => `${groups.root}/${name}`;
  const cgroups = new KernelCgroups({
    isContainerGroup: ({ path }) => path.startsWith(`${groups.root}/`),
    log: silent,
  });
  const isV2 = groups.version === 2;
  const disk = realDisk();
  return {
    cgroups,
    makeGroup: (name) => {
      groups.make(pathOf(name));
      return pathOf(name);
    },
    removeGroup: (name) => groups.remove(pathOf(name)),
    burnCpu: (name, coreSeconds) => groups.burn(pathOf(name), coreSeconds),
    setFrozen: (name, isFrozen) => groups.setFrozen(pathOf(name), isFrozen),
    writeQuotaByOtherHand: (name, quotaShares) =>
      groups.write(
        "cpu",
        `${pathOf(name)}/${isV2 ? "cpu.max" : "cpu.cfs_quota_us"}`,
        String(quotaShares * 1000),
      ),
    writeMemoryByOtherHand: (name, memMib) =>
      groups.write(
        "memory",
        `${pathOf(name)}/${isV2 ? "memory.max" : "memory.limit_in_bytes"}`,
        String(memMib * 1_048_576),
      ),
    disk: disk && {
      device: disk.device,
      read: (name, bytes) => {
        const blocks = Math.ceil(bytes / 1_048_576);
        const copy = `dd if='${disk.path}' of=/dev/null bs=1M count=${blocks} iflag=direct`;
        return endOfGoodRun(groups.run(pathOf(name), copy));
      },
    },
    takeMemory: isV2
      ? async (name, memMib) => {
          groups.run(pathOf(name), `{ head -c ${memMib}M /dev/zero; sleep 600; } | tail`);
        }
      : undefined,
    watchersCalled: async () => {
      await delay(50);
      // Timers come before what the kernel told: on a busy machine it is heard only after them.
      await immediate();
    },
    close: async () => {
      await groups.close();
      await cgroups.close();
    },
  };
}
