import { type CgroupsHarness, cgroupsSuite, finderSuite } from "@sc/ports/testing";
import { VirtualClock } from "../clock/virtual-clock.ts";
import { SimulatedHost } from "./simulated-host.ts";

const pathOf = (name: string): string => `/containers/${name}`;

const makeHarness = async (isMemoryBraked: boolean): Promise<CgroupsHarness> => {
  const clock = new VirtualClock();
  const host = new SimulatedHost(
    { clock },
    { cores: 2, isContainerGroup: (path) => path.startsWith(pathOf("")), isMemoryBraked },
  );
  return {
    cgroups: host,
    makeGroup: (name) => {
      host.makeGroup(pathOf(name));
      return pathOf(name);
    },
    removeGroup: (name) => host.removeGroup(pathOf(name)),
    burnCpu: async (name, coreSeconds) => host.burnCpu(pathOf(name), coreSeconds),
    setFrozen: (name, isFrozen) => host.setFrozen(pathOf(name), isFrozen),
    writeQuotaByOtherHand: (name, quotaShares) =>
      host.writeByAnotherHand(pathOf(name), { quotaShares }),
    writeMemoryByOtherHand: (name, memMib) => host.writeMemMibByAnotherHand(pathOf(name), memMib),
    watchersCalled: async () => clock.advance(0),
    disk: {
      device: "8:0",
      read: async (name, bytes) => host.readDisk(pathOf(name), "8:0", bytes),
    },
    takeMemory: isMemoryBraked
      ? async (name, memMib) => host.setMemMibUsed(pathOf(name), memMib)
      : undefined,
    close: async () => undefined,
  };
};

cgroupsSuite("the simulated host", () => makeHarness(false));
cgroupsSuite("the simulated host whose memory limits brake", () => makeHarness(true));

finderSuite("the finder of the simulated host", () => {
  const clock = new VirtualClock();
  const host = new SimulatedHost({ clock }, { cores: 2 });
  return {
    finder: host.finder("lxc"),
    start: (name) => host.makeContainer({ name, engine: "lxc", path: pathOf(name) }),
    stop: (name) => host.removeGroup(pathOf(name)),
    makeForeignGroup: () => {
      host.makeGroup(pathOf("foreign"));
      return pathOf("foreign");
    },
    watchersCalled: async () => clock.advance(0),
    close: () => undefined,
  };
});
