import {
  cpuLimitOfShares,
  err,
  ok,
  type Result,
  rateResources,
  type StructureName,
} from "@sc/domain";
import { idFor, nameFor } from "@sc/domain/testing";
import type { AgentContainerView, OwnersRefusal, OwnersWish } from "@sc/ports";
import { EnergyNotes, type RescalerFaces } from "../node-rescaler/rescaler-faces.ts";

/** A host of 4 cores in 2 sockets whose agent keeps limits in memory. */
export class FakeRescaledHost {
  readonly containers = new Map<string, AgentContainerView>();
  readonly wishes: OwnersWish[] = [];
  /** What the next wish is answered with. */
  refusal: OwnersRefusal | undefined;

  put(name: string, changed: Partial<AgentContainerView> = {}): void {
    this.containers.set(name, { ...containerCalled(name), ...changed });
  }

  readonly faces: RescalerFaces = {
    agent: {
      containers: () => [...this.containers.values()],
      container: (name) => this.containers.get(name),
      setOwnersLimits: async (name, wish) => this.#set(name, wish),
    },
    hostReader: {
      cores: 4,
      readCpuTopology: () => ({ "0": { "0": [0], "1": [1] }, "1": { "0": [2], "1": [3] } }),
    },
    energy: new EnergyNotes(),
  };

  #set(name: StructureName, wish: OwnersWish): Result<AgentContainerView["limits"], OwnersRefusal> {
    this.wishes.push(wish);
    const container = this.containers.get(name);
    if (container === undefined) throw new Error(`asked for ${name}, which is not there`);
    if (this.refusal !== undefined) return err(this.refusal);
    const { cpu, memMib, rates } = container.limits;
    const limits = {
      cpu: cpu && wish.cpuShares !== undefined ? { ...cpu, quotaShares: wish.cpuShares } : cpu,
      memMib: wish.memMib === undefined ? memMib : wish.memMib,
      rates: { ...rates, ...wish.rates },
    };
    this.containers.set(name, { ...container, limits });
    return ok(limits);
  }
}

function containerCalled(name: string): AgentContainerView {
  const limits = {
    cpu: cpuLimitOfShares(200, 100),
    memMib: 4096,
    rates: Object.fromEntries(rateResources.map((resource) => [resource, null])),
  };
  return {
    facts: { name: nameFor(name), id: idFor(name), engine: "lxc", first: limits },
    limits,
    isFrozen: false,
    watchedSeconds: 500,
    cpuSharesUsed: 40,
    memMibUsed: 100,
    ratesUsed: {},
    dataDisk: {
      device: "254:0",
      name: "vda",
      wholeDisks: ["vda"],
      mountPoint: "/",
      source: "/dev/vda",
      fileSystem: "ext4",
    },
    rateCaveats: {},
    cpuUsedSeconds: 200,
    throttledSeconds: 1,
    throttledRatio: 0.25,
    accounting: {
      watchedSeconds: 500,
      cpu: { used: 200, allocated: 1000, reserved: 1000 },
      mem: { used: 200, allocated: 1000, reserved: 1000 },
      throttledSeconds: 0,
      changes: 0,
    },
    held: { cpu: undefined, mem: undefined },
  };
}
