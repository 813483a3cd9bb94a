import { watch } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Scene } from "../system/scene.ts";

const eater = fileURLToPath(new URL("../system/memory-eater.ts", import.meta.url));
export const bytesPerMib = 1_048_576;
const ownersMib = 512;

/** The memory of one container of a scene, with a `memory.max` of its owner: 512 MiB. */
export class GroupMemory {
  readonly #scene: Scene;
  readonly #name: string;
  readonly #path: string;

  constructor(scene: Scene, name: string) {
    this.#scene = scene;
    this.#name = name;
    this.#path = scene.container(name).path;
    this.writeMib("memory.max", ownersMib);
  }

  read(file: string): string {
    return this.#scene.groups.read("memory", `${this.#path}/${file}`);
  }

  writeMib(file: string, memMib: number): void {
    const value = String(memMib * bytesPerMib);
    this.#scene.groups.write("memory", `${this.#path}/${file}`, value);
  }

  /** Infinite where nothing is braked. */
  highMib(): number {
    const high = this.read("memory.high");
    return high === "max" ? Number.POSITIVE_INFINITY : Number(high) / bytesPerMib;
  }

  usedMib(): number {
    return Number(this.read("memory.current")) / bytesPerMib;
  }

  count(event: "high" | "oom_kill"): number {
    return Number(new RegExp(`^${event} (\\d+)$`, "m").exec(this.read("memory.events"))?.[1]);
  }

  /** Takes so much at that rate and keeps it. */
  eat(memMib: number, mibPerSecond: number): void {
    const words = `'${process.execPath}' '${eater}' ${memMib} ${mibPerSecond}`;
    this.#scene.groups.run(this.#path, `exec ${words}`);
  }

  /** Into auto, from 64 MiB to what its owner gave it. */
  async takeOn(): Promise<void> {
    const { api } = this.#scene.server;
    await api.setLimits(this.#name, { resource: "mem", min: 64 });
    await api.setMode(this.#name, { mode: "auto", resources: ["mem"] });
  }

  /** Least limit and twice the boundary are 166 MiB. */
  isSqueezed(): boolean {
    return this.highMib() < 200;
  }

  /** Counts every write of `memory.max` from now on, whoever makes it. */
  countWritesOfMax(): Disposable & { readonly count: number } {
    let count = 0;
    const watcher = watch(this.#scene.groups.folder("memory", this.#path), (_event, name) => {
      if (name === "memory.max") count += 1;
    });
    return {
      get count() {
        return count;
      },
      [Symbol.dispose]: () => watcher.close(),
    };
  }
}
