import type { WriteRefusal } from "@sc/ports";
import type { BlockingWriter } from "./files/blocking-writer.ts";
import { CpuLimitFiles } from "./files/cpu-limit-files.ts";
import { CpuUseFiles } from "./files/cpu-use-files.ts";
import { CpusetFiles, cpusetFormatV1, cpusetFormatV2 } from "./files/cpuset-files.ts";
import { DiskFiles } from "./files/disk-files.ts";
import { FreezerFile } from "./files/freezer-file.ts";
import type { FileOwner } from "./files/group-file.ts";
import { TaskFiles } from "./files/task-files.ts";
import { unreadable, type WriteFailure } from "./files/write-refusal.ts";
import type { CpuLimitPart, DiskPart, GroupParts, MemoryPart } from "./group-parts.ts";
import type { Hierarchies } from "./hierarchies.ts";
import { cpuLimitFormat as cpuLimitFormatV1 } from "./v1/cpu-limit-format.ts";
import { diskFormat as diskFormatV1 } from "./v1/disk-format.ts";
import { MemoryFiles as MemoryFilesV1 } from "./v1/memory-files.ts";
import { MemoryWaitFile } from "./v1/memory-wait-file.ts";
import * as readingV1 from "./v1/reading-formats.ts";
import { cpuLimitFormat as cpuLimitFormatV2 } from "./v2/cpu-limit-format.ts";
import { diskFormat as diskFormatV2 } from "./v2/disk-format.ts";
import { MemoryFiles as MemoryFilesV2 } from "./v2/memory-files.ts";
import { whyUnreadable } from "./v2/no-controller.ts";
import * as readingV2 from "./v2/reading-formats.ts";

export interface PartsOptions {
  readonly hierarchies: Hierarchies;
  /** Of the group, below each hierarchy. */
  readonly path: string;
  readonly owner: FileOwner;
  readonly writer: BlockingWriter;
  /** Why nothing may be written at all. */
  readonly refusal: () => WriteRefusal | undefined;
}

/** Where a group has the files of one controller. */
interface Place {
  readonly folder: string;
  readonly isV2: boolean;
}

/** Puts a group together from its controllers, each of the version it is mounted as. */
export function makeParts({ refusal, ...options }: PartsOptions): GroupParts {
  const { hierarchies, path, owner, writer } = options;
  const { unified } = hierarchies;
  const placeIn = (mount: string): Place => ({ folder: mount + path, isV2: mount === unified });
  const partIn = <T>(mount: string | undefined, make: (place: Place) => T): T | undefined =>
    mount === undefined ? undefined : make(placeIn(mount));
  const usage = placeIn(hierarchies.cpuacct);
  const cpu = placeIn(hierarchies.cpu);
  const cpuUseFormat = usage.isV2 ? readingV2.cpuUseFormat : readingV1.cpuUseFormat;
  return {
    cpuUse: new CpuUseFiles({ usage: usage.folder, cpu: cpu.folder }, owner, cpuUseFormat),
    cpuLimit: makeCpuLimit(cpu, owner),
    memory: partIn(hierarchies.memory, (place) => makeMemory(place, owner, writer)),
    memoryWait: partIn(hierarchies.memory, ({ folder, isV2 }) =>
      // v2's limit makes them wait in any case, and memory.max is none of ours.
      isV2 ? undefined : new MemoryWaitFile(folder, owner, refusal),
    ),
    cpuset: partIn(hierarchies.cpuset, ({ folder, isV2 }) => {
      const format = isV2 ? cpusetFormatV2 : cpusetFormatV1;
      return new CpusetFiles(folder, { owner, format, refusal });
    }),
    freezer: partIn(hierarchies.freezer, ({ folder, isV2 }) => {
      const format = isV2 ? readingV2.freezerFormat : readingV1.freezerFormat;
      return new FreezerFile(folder, owner, format);
    }),
    disk: partIn(hierarchies.io, (place) => makeDisk(place, owner)),
    tasks: partIn(hierarchies.pids, ({ folder }) => new TaskFiles(folder, owner)),
  };
}

function makeCpuLimit(place: Place, owner: FileOwner): CpuLimitPart {
  const { folder, isV2 } = place;
  const deps = { owner, whyUnreadable: () => whyWithout(place, owner, "cpu") };
  return isV2
    ? new CpuLimitFiles(folder, { ...deps, format: cpuLimitFormatV2 })
    : new CpuLimitFiles(folder, { ...deps, format: cpuLimitFormatV1 });
}

const makeMemory = (
  { folder, isV2 }: Place,
  owner: FileOwner,
  writer: BlockingWriter,
): MemoryPart =>
  isV2 ? new MemoryFilesV2(folder, owner, writer) : new MemoryFilesV1(folder, owner, writer);

function makeDisk(place: Place, owner: FileOwner): DiskPart {
  const format = place.isV2 ? diskFormatV2 : diskFormatV1;
  return new DiskFiles(place.folder, {
    owner,
    format,
    whyUnreadable: () => whyWithout(place, owner, "io"),
  });
}

/** On v1 a group has the files of all controllers of its hierarchy; on v2 those handed down to it. */
const whyWithout = ({ folder, isV2 }: Place, owner: FileOwner, controller: string): WriteFailure =>
  isV2 ? whyUnreadable({ folder, owner }, controller) : unreadable(!owner.isStillTheSame());
