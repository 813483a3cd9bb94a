import {
  type ContainerId,
  cpuLimitOfShares,
  type DecisionInput,
  monotonicSeconds,
  parseStructureName,
  type Resource,
  type ResourceSettings,
  type StructureName,
  wallSeconds,
} from "@sc/domain";
import { inputOf, outcomeOf } from "./decision-of.ts";
import { ModuleThread } from "./module-thread.ts";
import { batchMsMax } from "./user-module.ts";

/** A second of a made-up container; `all` = as much as its limit. */
export interface Reading {
  readonly used: number | "all" | undefined;
  readonly isFrozen?: boolean;
}

/** What became of a made-up container. */
export interface Trial {
  readonly limit: number;
  readonly lowest: number;
  /** Seconds at which a change was asked for. */
  readonly asked: readonly number[];
}

interface Band {
  readonly limit?: number | null;
  readonly min?: number;
  readonly max?: number;
}

/** A module under made-up containers, whose limits follow what it asks for. */
export class ModuleTrial implements AsyncDisposable {
  readonly #file: string;
  #thread: ModuleThread;
  #run = 0;

  private constructor(file: string) {
    this.#file = file;
    this.#thread = new ModuleThread(file, () => {});
  }

  static async open(file: string): Promise<ModuleTrial> {
    const trial = new ModuleTrial(file);
    await trial.#thread.whenStarted();
    return trial;
  }

  /** Why it cannot be asked. */
  get fault(): string | undefined {
    const { state } = this.#thread;
    return state.kind === "ended" ? state.why : undefined;
  }

  async revive(): Promise<void> {
    if (this.fault === undefined) return;
    this.#thread = new ModuleThread(this.#file, () => {});
    await this.#thread.whenStarted();
  }

  follow(resource: Resource, readings: readonly Reading[], band: Band = {}): Trial {
    const container = this.#container("web", resource, band);
    for (const reading of readings) container.read(reading);
    return container;
  }

  /** The same of two at once, a reading of each in turn. */
  followTwo(
    resource: Resource,
    readings: readonly Reading[],
    others: readonly Reading[],
  ): readonly [Trial, Trial] {
    const [one, other] = [
      this.#container("web", resource, {}),
      this.#container("db", resource, {}),
    ] as const;
    for (const [second, reading] of readings.entries()) {
      one.read(reading);
      const its = others[second];
      if (its !== undefined) other.read(its);
    }
    return [one, other];
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#thread[Symbol.asyncDispose]();
  }

  #container(name: string, resource: Resource, band: Band): TriedContainer {
    this.#run += 1;
    return new TriedContainer({ thread: this.#thread, run: this.#run, name, resource, band });
  }
}

interface TriedOf {
  readonly thread: ModuleThread;
  readonly run: number;
  readonly name: string;
  readonly resource: Resource;
  readonly band: Band;
}

class TriedContainer implements Trial {
  readonly asked: number[] = [];
  lowest: number;
  #limit: number | null;
  #second = 0;
  readonly #settings: ResourceSettings;
  readonly #of: TriedOf;

  constructor(of: TriedOf) {
    const { min = 10, max = 200, limit = max } = of.band;
    this.#of = of;
    this.#limit = limit;
    this.lowest = limit ?? max;
    this.#settings = {
      mode: "auto",
      min,
      max,
      maxFrom: "owner",
      boundary: { percent: 10, of: "max" },
      priority: 0,
      policy: "user",
    };
  }

  get limit(): number {
    return this.#limit ?? this.#settings.max;
  }

  read(reading: Reading): void {
    this.#second += 1;
    const { thread, run, resource } = this.#of;
    const input = this.#inputOf(reading);
    const answer = thread.ask({ run, input: inputOf(resource, input) }, batchMsMax);
    if (answer === undefined) throw new Error(`gave no answer within ${batchMsMax} ms`);
    const outcome = outcomeOf({ name: "user", resource }, input, answer);
    if (outcome.kind === "hold") return;
    const { from, amount } = outcome.request;
    this.#limit = from + amount;
    this.lowest = Math.min(this.lowest, from + amount);
    this.asked.push(this.#second);
  }

  #inputOf({ used, isFrozen = false }: Reading): DecisionInput {
    const { name, resource } = this.#of;
    const inUse = used === undefined || used === "all" ? used : Math.min(used, this.limit);
    return {
      observation: {
        structure: nameOf(name),
        id: name as ContainerId,
        windowSeconds: this.#second === 1 ? undefined : 1,
        used: inUse === "all" ? this.limit : inUse,
        limit: this.#limit,
        ...(resource === "cpu" && {
          cpuLimit: { ...cpuLimitOfShares(this.limit, 100), quotaShares: this.#limit },
        }),
        isFrozen,
      },
      settings: this.#settings,
      at: monotonicSeconds(this.#second),
      stamp: wallSeconds(this.#second),
    };
  }
}

function nameOf(text: string): StructureName {
  const parsed = parseStructureName(text);
  if (!parsed.ok) throw parsed.error;
  return parsed.value;
}
