import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { RealGroups } from "@sc/cgroup/testing";
import { noBrakes, ServerUnderTest } from "@sc/server/testing";

const eater = fileURLToPath(new URL("memory-eater.ts", import.meta.url));
const leanEater = fileURLToPath(new URL("lean-memory-eater.pl", import.meta.url));
const bytesPerMib = 1_048_576;

let lastNumber = 0;
/** Several scenes of one process have groups of their own. */
function nextNumber(): number {
  lastNumber += 1;
  return lastNumber;
}

/** A group whose memory is in auto between 64 and 1024 MiB, and a server that scales it; gone at the end. */
export class MemoryScene implements AsyncDisposable {
  readonly #groups = new RealGroups(`memory-${nextNumber()}`);
  readonly path = `${this.#groups.root}/web`;
  readonly server: ServerUnderTest;

  constructor(configuration: Readonly<Record<string, unknown>> = {}) {
    this.#groups.make(this.path);
    this.server = new ServerUnderTest({
      configuration: {
        engines: { lxc: { enabled: false }, plain: { roots: [this.#groups.root] } },
        host: { ownGroup: false, reservePercent: 0, overcommit: 10 },
        brakes: noBrakes,
        ...configuration,
      },
    });
  }

  async open(): Promise<this> {
    await this.server.start();
    await this.server.api.setLimits("web", { resource: "mem", min: 64, max: 1024 });
    return this;
  }

  /** As `Scene` has it. */
  async changeCodes(name: string): Promise<readonly string[]> {
    const changes = await this.server.api.changes({ structure: name, limit: 1000 });
    return changes.map((change) => change.detail?.code ?? change.reason.code);
  }

  takeOn(): Promise<unknown> {
    return this.server.api.setMode("web", { mode: "auto", resources: ["mem"] });
  }

  /** As its owner's tool would. */
  setLimitMib(memMib: number): void {
    this.#groups.write(
      "memory",
      `${this.path}/memory.limit_in_bytes`,
      String(memMib * bytesPerMib),
    );
  }

  /** Takes so much at that rate and keeps it. */
  eat(memMib: number, mibPerSecond: number): void {
    const words = `'${process.execPath}' '${eater}' ${memMib} ${mibPerSecond}`;
    this.#groups.run(this.path, `exec ${words}`);
  }

  /** The same in a program so small that nothing but its memory meets the limit. */
  eatLean(memMib: number, mibPerSecond: number): ChildProcess {
    return this.#groups.run(this.path, `exec perl '${leanEater}' ${memMib} ${mibPerSecond}`);
  }

  /** Writes a file from inside: page cache belongs to the group of who touched it first. */
  async cache(memMib: number, file: string): Promise<void> {
    const words = `dd if=/dev/zero of='${file}' bs=1M count=${memMib} conv=fsync`;
    await once(this.#groups.run(this.path, `exec ${words}`), "exit");
  }

  cachedMib(): number {
    return this.statMib("total_active_file") + this.statMib("total_inactive_file");
  }

  read(file: string): string {
    return this.#groups.read("memory", `${this.path}/memory.${file}`);
  }

  mib(file: string): number {
    return Number(this.read(file)) / bytesPerMib;
  }

  statMib(key: string): number {
    return Number(new RegExp(`^${key} (\\d+)$`, "m").exec(this.read("stat"))?.[1]) / bytesPerMib;
  }

  /** As its owner's tool would: tasks wait at the limit, or are killed. */
  setWait(isOn: boolean): void {
    this.#groups.write("memory", `${this.path}/memory.oom_control`, isOn ? "1" : "0");
  }

  isWaitOn(): boolean {
    return this.#oomControl("oom_kill_disable") === 1;
  }

  kills(): number {
    return this.#oomControl("oom_kill");
  }

  #oomControl(key: string): number {
    return Number(new RegExp(`^${key} (\\d+)$`, "m").exec(this.read("oom_control"))?.[1]);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.server.close();
    await this.#groups.close();
  }
}
