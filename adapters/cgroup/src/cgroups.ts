import { err, ok, type Result } from "@sc/domain";
import type { Cgroups, ControlGroup, GroupRef, GroupRefusal, Log } from "@sc/ports";
import { KernelControlGroup } from "./control-group.ts";
import { type BlockingWriter, WorkerWriter } from "./files/blocking-writer.ts";
import { DescriptorPool } from "./files/descriptor-pool.ts";
import { type KernelFiles, kernelFiles } from "./files/kernel-files.ts";
import { GroupGuard } from "./group-guard.ts";
import { findHierarchies, type Hierarchies } from "./hierarchies.ts";
import { makeParts } from "./make-parts.ts";
import { ownGroupsReader } from "./own-groups.ts";

export interface CgroupsOptions {
  /** Whether a finder holds a group for a container: all else is never opened. */
  readonly isContainerGroup: (group: GroupRef) => boolean;
  readonly log: Log;
  /** Files kept open at most; beyond it they are opened for each read. Default 8192. */
  readonly maxOpenFiles?: number;
  readonly hierarchies?: Hierarchies;
  readonly files?: KernelFiles;
  readonly writer?: BlockingWriter;
  readonly ownGroups?: () => readonly string[];
}

/** The kernel's groups on a host with cgroup v1, v2, or both. */
export class KernelCgroups implements Cgroups {
  readonly hierarchies: Hierarchies;
  readonly #guard: GroupGuard;
  readonly #pool: DescriptorPool;
  readonly #writer: BlockingWriter;

  constructor(options: CgroupsOptions) {
    const maxOpenFiles = options.maxOpenFiles ?? 8192;
    this.hierarchies = options.hierarchies ?? findHierarchies();
    this.#writer = options.writer ?? new WorkerWriter();
    this.#guard = new GroupGuard({
      ownGroups: options.ownGroups ?? ownGroupsReader(),
      isContainerGroup: options.isContainerGroup,
    });
    this.#pool = new DescriptorPool({
      files: options.files ?? kernelFiles,
      maxOpenFiles,
      onFull: () =>
        options.log.warn("the bound of open files is met: more are opened for each read", {
          maxOpenFiles,
        }),
    });
  }

  /** Descriptors that are kept open now. */
  get openFiles(): number {
    return this.#pool.openCount;
  }

  open(ref: GroupRef): Result<ControlGroup, GroupRefusal> {
    const refusal = this.#guard.refusalOf(ref);
    if (refusal !== undefined) return err(refusal);
    let inode: number | undefined;
    try {
      inode = this.#pool.files.inode(`${this.hierarchies.cpu}${ref.path}`);
    } catch (error) {
      return err({ code: "unreadable", text: `${ref.path} cannot be read: ${String(error)}` });
    }
    if (inode === undefined) return err({ code: "gone", text: `there is no group ${ref.path}` });
    return ok(this.#opened(ref, inode));
  }

  #opened(ref: GroupRef, inode: number): ControlGroup {
    const { hierarchies } = this;
    const pool = this.#pool;
    return new KernelControlGroup(ref, inode, {
      files: pool.files,
      guard: this.#guard,
      makeParts: ({ isStillTheSame, refusal }) =>
        makeParts({
          hierarchies,
          path: ref.path,
          owner: { pool, isStillTheSame },
          writer: this.#writer,
          refusal,
        }),
    });
  }

  close(): Promise<void> {
    return this.#writer.close();
  }
}
