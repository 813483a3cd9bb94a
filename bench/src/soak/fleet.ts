import { existsSync } from "node:fs";
import { RealGroups } from "@sc/cgroup/testing";
import type { ComputeResource } from "@sc/contracts";
import { busyCommand, eatingCommand, turnsPerBurst } from "./load.ts";
import { bytesPerMib, memFileName, SoakContainer } from "./soak-container.ts";

/** Of those in auto, every so many has its memory scaled too. */
const everyWithMemory = 3;
/** Every so many has load, with so long a rest between bursts; together less than half a core. */
const loads = {
  scaled: { every: 2, restSeconds: 4 },
  observed: { every: 5, restSeconds: 20 },
} as const;

/** The containers of a run, and the load in them; all gone at its end. */
export class Fleet implements AsyncDisposable {
  readonly groups = new RealGroups("soak");
  readonly #random: () => number;
  readonly #turns = turnsPerBurst();
  readonly #containers = new Map<string, SoakContainer>();
  #made = 0;

  constructor(
    { containers, auto }: { readonly containers: number; readonly auto: number },
    random: () => number,
  ) {
    this.#random = random;
    for (let index = 0; index < containers; index += 1) {
      this.make(index < auto ? scaledOf(index) : []);
    }
  }

  get all(): readonly SoakContainer[] {
    return [...this.#containers.values()];
  }

  get scaled(): readonly SoakContainer[] {
    return this.all.filter(({ scaled }) => scaled.length > 0);
  }

  /** How often a container was made, the first ones included. */
  get made(): number {
    return this.#made;
  }

  get(name: string): SoakContainer | undefined {
    return this.#containers.get(name);
  }

  make(scaled: readonly ComputeResource[]): SoakContainer {
    const cpuMax = 30 + Math.floor(this.#random() * 30);
    const memMax = 128 + Math.floor(this.#random() * 64);
    const container = new SoakContainer(this.groups, {
      name: `c${this.#made}`,
      scaled,
      first: {
        "cpu.cfs_period_us": "50000",
        "cpu.cfs_quota_us": String(Math.floor(cpuMax * 0.8) * 500),
        "cpu.cfs_burst_us": this.#random() < 0.5 ? "0" : "5000",
        "cpu.shares": "512",
        [memFileName]: String((memMax - 16) * bytesPerMib),
      },
      bands: { cpu: { min: 6, max: cpuMax }, mem: { min: 24, max: memMax } },
    });
    this.#containers.set(container.name, container);
    this.#begin(container);
    return container;
  }

  /** The same name, another group. */
  async restart(container: SoakContainer): Promise<void> {
    await this.groups.clear(container.path);
    this.#begin(container);
  }

  async remove(container: SoakContainer): Promise<void> {
    this.#containers.delete(container.name);
    await this.groups.clear(container.path);
  }

  #begin(container: SoakContainer): void {
    container.make();
    this.#made += 1;
    const { every, restSeconds } = loads[container.scaled.length > 0 ? "scaled" : "observed"];
    if (this.#made % every === 0) {
      const rest = restSeconds * (1 + this.#random());
      this.groups.run(container.path, busyCommand(this.#turns, rest));
    }
    if (container.scaled.includes("mem")) {
      const steps = 3 + Math.floor(this.#random() * 5);
      this.groups.run(container.path, eatingCommand(steps, 10 + this.#random() * 20));
    }
  }

  /** Groups that are still there after the end. */
  left(): readonly string[] {
    const folders = (["cpu", "cpuacct", "memory", "freezer"] as const).map((controller) =>
      this.groups.folder(controller, this.groups.root),
    );
    return folders.filter((folder) => existsSync(folder)).map((folder) => `group ${folder}`);
  }

  /** Also a second time. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.groups.close();
  }
}

const scaledOf = (index: number): readonly ComputeResource[] =>
  index % everyWithMemory === 0 ? ["cpu", "mem"] : ["cpu"];
