import type { DiskDirection, DiskLimit, DiskUse, DiskWriteOutcome, RestoreEntry } from "@sc/ports";
import type { FileStep } from "./cpu-limit-files.ts";
import { type FileOwner, GroupFile } from "./group-file.ts";
import { errnoOf, type WriteFailure, writeFailureOf } from "./write-refusal.ts";

/** How one version of cgroup keeps use and limits of disks: a line for each device. */
export interface DiskFormat {
  readonly useFile: string;
  readonly limitFiles: readonly string[];
  parseUse(text: string): readonly DiskUse[];
  /** Those of all devices, the unlimited ones left out; the texts stand in the order of the files. */
  parseLimits(texts: readonly string[]): readonly DiskLimit[];
  /** What differs of one device. */
  steps(from: DiskLimit, to: DiskLimit): readonly FileStep[];
  /** One direction, whatever is there. */
  step(limit: DiskLimit, direction: DiskDirection): FileStep;
  readonly holdsBufferedWrites: boolean;
}

export const bytesOf = (limit: DiskLimit, direction: DiskDirection): number | null =>
  direction === "read" ? limit.readBytesPerSecond : limit.writeBytesPerSecond;

const deviceNumber = /^\d+:\d+$/;

/** What a group read and wrote on each device, and how fast it may; asked seldom, so in plain text. */
export class DiskFiles {
  readonly #folder: string;
  readonly #format: DiskFormat;
  readonly #owner: FileOwner;
  readonly #whyUnreadable: () => WriteFailure;

  constructor(
    folder: string,
    deps: {
      readonly owner: FileOwner;
      readonly format: DiskFormat;
      readonly whyUnreadable: () => WriteFailure;
    },
  ) {
    this.#folder = folder;
    this.#owner = deps.owner;
    this.#format = deps.format;
    this.#whyUnreadable = deps.whyUnreadable;
  }

  readUse(): readonly DiskUse[] | undefined {
    const text = this.#textOf(this.#format.useFile);
    return text === undefined ? undefined : this.#format.parseUse(text);
  }

  readLimits(): readonly DiskLimit[] | undefined {
    const texts: string[] = [];
    for (const file of this.#format.limitFiles) {
      const text = this.#textOf(file);
      if (text === undefined) return undefined;
      texts.push(text);
    }
    return this.#format.parseLimits(texts);
  }

  write(limit: DiskLimit): DiskWriteOutcome {
    const { device } = limit;
    if (!deviceNumber.test(device)) {
      const text = `${JSON.stringify(device)} is no number of a device, as 8:0 is`;
      return { kind: "refused", refusal: { code: "invalid", text } };
    }
    const before = this.#limitOf(device);
    if (before === undefined) return this.#whyUnreadable();
    const steps = this.#format.steps(before, limit);
    if (steps.length === 0) return { kind: "unchanged", limit: before };
    for (const { file, value } of steps) {
      try {
        this.#file(file).write(value);
      } catch (error) {
        const isGone = !this.#owner.isStillTheSame();
        return writeFailureOf(errnoOf(error), { file, value, isGone });
      }
    }
    const after = this.#limitOf(device);
    return after === undefined ? this.#whyUnreadable() : { kind: "applied", limit: after };
  }

  get holdsBufferedWrites(): boolean {
    return this.#format.holdsBufferedWrites;
  }

  restoreEntry(limit: DiskLimit, direction: DiskDirection): RestoreEntry | undefined {
    const inode = this.#owner.pool.files.inode(this.#folder);
    if (inode === undefined) return undefined;
    const { file, value } = this.#format.step(limit, direction);
    return {
      resource: resourceOf(direction),
      inode: String(inode),
      folder: this.#folder,
      steps: [{ file: `${this.#folder}/${file}`, value }],
    };
  }

  limitOfEntry(
    { resource, inode, folder, steps }: RestoreEntry,
    { device, direction }: { readonly device: string; readonly direction: DiskDirection },
  ): number | null | undefined {
    const isOurs =
      folder === this.#folder && inode === String(this.#owner.pool.files.inode(this.#folder));
    const [step] = steps;
    if (resource !== resourceOf(direction) || !isOurs || step === undefined) return undefined;
    if (!step.value.startsWith(`${device} `)) return undefined;
    const texts = this.#format.limitFiles.map((name) =>
      step.file === `${this.#folder}/${name}` ? `${step.value}\n` : "",
    );
    const limit = this.#format.parseLimits(texts).find((each) => each.device === device);
    // What takes a limit away leaves none to be read.
    return (limit && bytesOf(limit, direction)) ?? null;
  }

  #limitOf(device: string): DiskLimit | undefined {
    const limits = this.readLimits();
    if (limits === undefined) return undefined;
    const none = { device, readBytesPerSecond: null, writeBytesPerSecond: null };
    return limits.find((limit) => limit.device === device) ?? none;
  }

  #textOf(file: string): string | undefined {
    const content = this.#file(file).read();
    return content?.bytes.toString("latin1", 0, content.length);
  }

  #file(name: string): GroupFile {
    return new GroupFile(`${this.#folder}/${name}`, this.#owner, "rare");
  }
}

const resourceOf = (direction: DiskDirection) =>
  direction === "read" ? ("disk_read" as const) : ("disk_write" as const);
