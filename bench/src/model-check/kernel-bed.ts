import { type ChildProcess, fork, spawnSync } from "node:child_process";
import { once } from "node:events";
import { setTimeout as delay } from "node:timers/promises";
import { KernelCgroups } from "@sc/cgroup";
import { endOf, RealGroups } from "@sc/cgroup/testing";
import { LineLog } from "@sc/node-runtime";
import type { ControlGroup } from "@sc/ports";
import type { LoadedGroup, PlannedGroup, PlannedWrite, TestBed } from "./test-bed.ts";

const patienceSeconds = 30;

/** Groups of the kernel that runs, below a root of their own. */
export class KernelBed implements TestBed {
  readonly #groups = new RealGroups("bench-model-check");
  readonly #cgroups: KernelCgroups;
  #running: { readonly path: string; readonly child: ChildProcess }[] = [];
  #made = 0;

  constructor() {
    this.#cgroups = new KernelCgroups({
      isContainerGroup: ({ path }) => path.startsWith(`${this.#groups.root}/`),
      log: new LineLog({ level: "warn", format: "pretty" }),
    });
    // What else runs here is not in the model: it gets as little as can be meanwhile.
    const [file, most] =
      this.#groups.version === 1 ? ["cpu.shares", 262_144] : ["cpu.weight", 10_000];
    this.#groups.write("cpu", `${this.#groups.root}/${file}`, String(most));
  }

  async begin(
    groups: readonly PlannedGroup[],
    { oneCore }: { readonly oneCore: boolean },
  ): Promise<readonly LoadedGroup[]> {
    const begun = groups.map((planned) => this.#make(planned, oneCore));
    const ready = await Promise.all(begun);
    for (const { begin } of ready) begin();
    return ready;
  }

  async #make({ limit, load }: PlannedGroup, oneCore: boolean) {
    this.#made += 1;
    const path = `${this.#groups.root}/g${this.#made}`;
    this.#groups.make(path);
    const child = fork(new URL("./load-process.ts", import.meta.url));
    this.#running.push({ path, child });
    await once(child, "message");
    if (oneCore) spawnSync("taskset", ["-acp", "0", String(child.pid)]);
    const controllers =
      this.#groups.version === 1 ? (["cpu", "cpuacct"] as const) : ["cpu" as const];
    for (const controller of controllers) {
      this.#groups.write(controller, `${path}/cgroup.procs`, String(child.pid));
    }
    const group = this.#open(path);
    const outcome = group.writeCpuLimit(limit);
    if (outcome.kind === "refused") throw new Error(outcome.refusal.text);
    const finished = once(child, "message", {
      signal: AbortSignal.timeout(patienceSeconds * 1000),
    });
    // Of a hog nobody waits for it.
    finished.catch(() => undefined);
    return {
      group,
      begin: () => void child.send(load),
      finishedAtSeconds: async () => (await finished)[0] as readonly number[],
    };
  }

  #open(path: string): ControlGroup {
    const opened = this.#cgroups.open({ path });
    if (!opened.ok) throw new Error(opened.error.text);
    return opened.value;
  }

  async pass(
    seconds: number,
    group: ControlGroup | undefined,
    writes: readonly PlannedWrite[],
  ): Promise<void> {
    const begin = performance.now();
    const until = async (atSeconds: number): Promise<void> => {
      const leftMs = begin + atSeconds * 1000 - performance.now();
      if (leftMs > 0) await delay(leftMs);
    };
    for (const { atSeconds, limit } of writes) {
      await until(atSeconds);
      group?.writeCpuLimit(limit);
    }
    await until(seconds);
  }

  async end(): Promise<void> {
    const running = this.#running;
    this.#running = [];
    for (const { path, child } of running) {
      await endOf(child);
      await this.#groups.clear(path);
    }
  }

  async close(): Promise<void> {
    await this.end();
    await this.#groups.close();
  }
}
