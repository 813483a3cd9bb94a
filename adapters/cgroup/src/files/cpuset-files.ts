import { type CoreId, err, formatCpuList, ok, parseCpuList, type Result } from "@sc/domain";
import type { Cpuset, RestoreEntry, WriteRefusal } from "@sc/ports";
import { type FileOwner, GroupFile } from "./group-file.ts";
import { errnoOf, writeFailureOf } from "./write-refusal.ts";

/** Whose names one version of cgroup uses; what they hold is the same in both. */
export interface CpusetFormat {
  readonly effectiveFile: string;
  /** What is written where a group has no cores of its own; a shell can write no empty line. */
  readonly isEmptyInherited: boolean;
}

export const cpusetFormatV1: CpusetFormat = {
  effectiveFile: "cpuset.effective_cpus",
  isEmptyInherited: false,
};
export const cpusetFormatV2: CpusetFormat = {
  effectiveFile: "cpuset.cpus.effective",
  isEmptyInherited: true,
};

const fileName = "cpuset.cpus";

/** `cpuset.cpus` of a group. v1 refuses what the group above has not, and what groups below still use. */
export class CpusetFiles implements Cpuset {
  readonly #folder: string;
  readonly #owner: FileOwner;
  readonly #format: CpusetFormat;
  readonly #refusal: () => WriteRefusal | undefined;
  readonly #file: GroupFile;
  readonly #effective: GroupFile;

  /** `refusal`: why nothing may be written to the group at all. */
  constructor(
    folder: string,
    deps: {
      readonly owner: FileOwner;
      readonly format: CpusetFormat;
      readonly refusal: () => WriteRefusal | undefined;
    },
  ) {
    this.#folder = folder;
    this.#owner = deps.owner;
    this.#format = deps.format;
    this.#refusal = deps.refusal;
    // On a shared host neither is ever read: no descriptor is kept for them.
    this.#file = new GroupFile(`${folder}/${fileName}`, deps.owner, "rare");
    this.#effective = new GroupFile(`${folder}/${deps.format.effectiveFile}`, deps.owner, "rare");
  }

  read(): readonly CoreId[] | undefined {
    const cores = coresIn(this.#file);
    // On v1 it has none yet, so no process can be in it: nothing is limited here.
    return cores?.length === 0 && !this.#format.isEmptyInherited ? undefined : cores;
  }

  readEffective(): readonly CoreId[] | undefined {
    return coresIn(this.#effective);
  }

  write(cores: readonly CoreId[]): Result<"applied" | "unchanged" | "gone", WriteRefusal> {
    const refusal = this.#refusal();
    if (refusal !== undefined) return err(refusal);
    const value = formatCpuList(cores);
    const before = this.read();
    if (before !== undefined && formatCpuList(before) === value) return ok("unchanged");
    if (value === "" && !this.#format.isEmptyInherited)
      return err({ code: "invalid", text: "a group without a core would stand still" });
    try {
      this.#file.write(`${value}\n`);
      return ok("applied");
    } catch (error) {
      const isGone = !this.#owner.isStillTheSame();
      const failure = writeFailureOf(errnoOf(error), { file: this.#file.path, value, isGone });
      return failure.kind === "gone" ? ok("gone") : err(failure.refusal);
    }
  }

  restoreEntry(cores: readonly CoreId[]): RestoreEntry | undefined {
    const inode = this.#owner.pool.files.inode(this.#folder);
    // Where it had none of its own it gets those it ran on: a shell can write no empty line.
    const value = formatCpuList(cores.length > 0 ? cores : (this.readEffective() ?? []));
    if (inode === undefined || value === "") return undefined;
    const steps = [{ file: this.#file.path, value }];
    return { resource: "cores", inode: String(inode), folder: this.#folder, steps };
  }

  coresOfEntries(entries: readonly RestoreEntry[]): readonly CoreId[] | undefined {
    const inode = String(this.#owner.pool.files.inode(this.#folder));
    const own = entries.findLast(
      (entry) =>
        entry.resource === "cores" && entry.folder === this.#folder && entry.inode === inode,
    );
    const step = own?.steps.findLast(({ file }) => file === this.#file.path);
    const parsed = step && parseCpuList(step.value);
    return parsed?.ok === true ? parsed.value : undefined;
  }
}

function coresIn(file: GroupFile): readonly CoreId[] | undefined {
  const content = file.read();
  if (content === undefined) return undefined;
  const parsed = parseCpuList(content.bytes.toString("latin1", 0, content.length));
  return parsed.ok ? parsed.value.toSorted((a, b) => a - b) : undefined;
}
