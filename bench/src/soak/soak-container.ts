import type { RealGroups } from "@sc/cgroup/testing";
import type { ComputeResource } from "@sc/contracts";

/** Text of each file of a limit, as the kernel prints it. */
export type LimitFiles = Readonly<Record<string, string>>;

export interface Band {
  readonly min: number;
  readonly max: number;
}

/** What was promised of a container's limits from a time on, Unix milliseconds. */
interface Era<Value> {
  readonly from: number;
  readonly value: Value;
}

export type Treatment = "scaled" | "paused" | "released";

export const cpuFileNames = [
  "cpu.cfs_quota_us",
  "cpu.cfs_period_us",
  "cpu.cfs_burst_us",
  "cpu.shares",
] as const;
export const memFileName = "memory.limit_in_bytes";
export const bytesPerMib = 1_048_576;
/** A change is told, and a setting in force, within this time, also on a busy machine. */
const slackMs = 3000;

/**
 * A group that stands for a container, and what its owner may rely on: the band of its limits, the first
 * limits that release puts back, and whether anything may be written at all.
 */
export class SoakContainer {
  readonly name: string;
  readonly path: string;
  /** What is in auto; nothing = only observed, and never written. */
  readonly scaled: readonly ComputeResource[];
  /** Something is being done to it; nothing else is begun. */
  isBusy = false;
  /** Unix milliseconds; changes of about that time may be of the one before it under this name. */
  madeAt = 0;
  /** Values another hand wrote that the server has not told about yet. */
  readonly unnoticed: { readonly resource: ComputeResource; readonly amount: number }[] = [];
  readonly #groups: RealGroups;
  readonly #made: LimitFiles;
  #first: Record<ComputeResource, LimitFiles>;
  #treatment: Era<Treatment> = { from: 0, value: "scaled" };
  readonly #bands: Record<ComputeResource, readonly Era<Band>[]>;
  readonly #ownWrites = new Map<string, { readonly value: string; readonly at: number }>();

  constructor(
    groups: RealGroups,
    options: {
      readonly name: string;
      readonly scaled: readonly ComputeResource[];
      readonly first: LimitFiles;
      readonly bands: Readonly<Record<ComputeResource, Band>>;
    },
  ) {
    this.#groups = groups;
    this.name = options.name;
    this.path = `${groups.root}/${options.name}`;
    this.scaled = options.scaled;
    this.#made = options.first;
    this.#first = this.#firstAsMade();
    const { cpu, mem } = options.bands;
    this.#bands = { cpu: [{ from: 0, value: cpu }], mem: [{ from: 0, value: mem }] };
  }

  #firstAsMade(): Record<ComputeResource, LimitFiles> {
    const { [memFileName]: memory = "", ...cpu } = this.#made;
    return { cpu, mem: { [memFileName]: memory } };
  }

  /** Also anew under the same name: then all limits are again what they were at first. */
  make(): void {
    this.#groups.make(this.path);
    this.#first = this.#firstAsMade();
    this.unnoticed.length = 0;
    for (const [file, value] of Object.entries(this.#made)) this.write(file, value);
    this.madeAt = Date.now();
  }

  /** As another hand, not the server's. */
  write(file: string, value: string): void {
    this.#ownWrites.set(file, { value, at: Date.now() });
    this.#groups.write(controllerOf(file), `${this.path}/${file}`, value);
  }

  isOwnWrite(file: string, value: string): boolean {
    const own = this.#ownWrites.get(file);
    return own !== undefined && own.value === value && Date.now() - own.at < slackMs;
  }

  /** Throws when the group is gone. */
  read(file: string): string {
    return this.#groups.read(controllerOf(file), `${this.path}/${file}`);
  }

  /** `undefined` when the group is gone. */
  limit(resource: ComputeResource): LimitFiles | undefined {
    const files = resource === "cpu" ? cpuFileNames : [memFileName];
    try {
      return Object.fromEntries(files.map((file) => [file, this.read(file)]));
    } catch {
      return undefined;
    }
  }

  folder(resource: ComputeResource): string {
    return this.#groups.folder(resource === "cpu" ? "cpu" : "memory", this.path);
  }

  hasFirst(resource: ComputeResource): boolean {
    const now = this.limit(resource);
    return (
      now !== undefined &&
      Object.entries(this.#first[resource]).every(([file, value]) => now[file] === value)
    );
  }

  firstText(resource: ComputeResource): string {
    return JSON.stringify(this.#first[resource]);
  }

  firstAmount(resource: ComputeResource): number {
    return amountOf(resource, this.#first[resource]);
  }

  /** Another hand's limit is the owner's wish, and what release puts back from now on. */
  adoptFirst(resource: ComputeResource, files: LimitFiles): void {
    this.#first = { ...this.#first, [resource]: { ...this.#first[resource], ...files } };
  }

  /** Bands that may have been in force at that time. */
  bandsAt(resource: ComputeResource, at: number): readonly Band[] {
    return erasAt(this.#bands[resource], at);
  }

  band(resource: ComputeResource): Band {
    return this.#bands[resource].at(-1)?.value ?? { min: 0, max: 0 };
  }

  setBand(resource: ComputeResource, band: Band): void {
    const eras = [...this.#bands[resource], { from: Date.now(), value: band }];
    this.#bands[resource] = eras.slice(-10);
  }

  get treatment(): Treatment {
    return this.#treatment.value;
  }

  /** To be said when the server has answered. */
  treat(treatment: Treatment): void {
    this.#treatment = { from: Date.now(), value: treatment };
  }

  /** Whether the server may write it; what was begun before it was told has a moment to end. */
  mayBeWritten(resource: ComputeResource, at: number): boolean {
    if (!this.scaled.includes(resource)) return false;
    return this.#treatment.value === "scaled" || at < this.#treatment.from + slackMs;
  }
}

function erasAt<Value>(eras: readonly Era<Value>[], at: number): readonly Value[] {
  return eras
    .filter(({ from }, index) => {
      const until = eras[index + 1]?.from ?? Number.POSITIVE_INFINITY;
      return from - slackMs <= at && at <= until + slackMs;
    })
    .map(({ value }) => value);
}

/** In shares or MiB. */
export function amountOf(resource: ComputeResource, files: LimitFiles): number {
  if (resource === "mem") return Number(files[memFileName]) / bytesPerMib;
  return (Number(files["cpu.cfs_quota_us"]) / Number(files["cpu.cfs_period_us"])) * 100;
}

const controllerOf = (file: string): "cpu" | "memory" =>
  file.startsWith("memory.") ? "memory" : "cpu";
