import { describe } from "node:test";
import { setTimeout as delay, setImmediate as immediate } from "node:timers/promises";
import type { Log } from "@sc/ports";
import { type CgroupsHarness, cgroupsSuite } from "@sc/ports/testing";
import { CgroupsV1 } from "./cgroups-v1.ts";
import { RealGroups, whyNoRealGroups } from "./testing/real-groups.ts";

const silent: Log = { info: () => undefined, warn: () => undefined, error: () => undefined };

async function makeHarness(): Promise<CgroupsHarness> {
  const groups = new RealGroups("suite");
  const pathOf = (name: string): string => `${groups.root}/${name}`;
  const cgroups = new CgroupsV1({
    isContainerGroup: ({ path }) => path.startsWith(`${groups.root}/`),
    log: silent,
  });
  return {
    cgroups,
    makeGroup: (name) => {
      groups.make(pathOf(name));
      return pathOf(name);
    },
    removeGroup: (name) => groups.remove(pathOf(name)),
    burnCpu: (name, coreSeconds) => groups.burn(pathOf(name), coreSeconds),
    setFrozen: (name, isFrozen) =>
      groups.write("freezer", `${pathOf(name)}/freezer.state`, isFrozen ? "FROZEN" : "THAWED"),
    writeQuotaByOtherHand: (name, quotaShares) =>
      groups.write("cpu", `${pathOf(name)}/cpu.cfs_quota_us`, String(quotaShares * 1000)),
    writeMemoryByOtherHand: (name, memMib) =>
      groups.write("memory", `${pathOf(name)}/memory.limit_in_bytes`, String(memMib * 1_048_576)),
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

describe("the kernel", { skip: whyNoRealGroups() }, () => {
  cgroupsSuite("CgroupsV1", makeHarness);
});
