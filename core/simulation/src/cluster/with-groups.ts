import { ok } from "@sc/domain";
import type { Cgroups, ControlGroup } from "@sc/ports";

/** Groups of the kernel, some methods of which are others. */
export const withGroups = (
  cgroups: Cgroups,
  change: (group: ControlGroup) => Partial<ControlGroup>,
): Cgroups => ({
  open: (ref) => {
    const opened = cgroups.open(ref);
    return opened.ok ? ok(withMethods(opened.value, change(opened.value))) : opened;
  },
});

/** The group with some of its methods replaced; the others are the group's own. */
export const withMethods = (group: ControlGroup, methods: Partial<ControlGroup>): ControlGroup => ({
  ref: group.ref,
  id: group.id,
  folder: group.folder,
  exists: () => group.exists(),
  readCpuUsedSeconds: () => group.readCpuUsedSeconds(),
  readThrottling: () => group.readThrottling(),
  readCpuLimit: () => group.readCpuLimit(),
  readMemMibCharged: () => group.readMemMibCharged(),
  readMemory: () => group.readMemory(),
  readMemoryKills: () => group.readMemoryKills(),
  readMemMibLimit: () => group.readMemMibLimit(),
  isFrozen: () => group.isFrozen(),
  readTasks: () => group.readTasks(),
  readProcessIds: (max) => group.readProcessIds(max),
  readDiskUse: () => group.readDiskUse(),
  readDiskLimits: () => group.readDiskLimits(),
  writeCpuLimit: (limit) => group.writeCpuLimit(limit),
  writeMemMibLimit: (memMib, seconds) => group.writeMemMibLimit(memMib, seconds),
  holdsBufferedWrites: group.holdsBufferedWrites,
  diskRestoreEntry: (limit, direction) => group.diskRestoreEntry(limit, direction),
  diskLimitOfEntry: (entry, of) => group.diskLimitOfEntry(entry, of),
  writeDiskLimit: (limit) => group.writeDiskLimit(limit),
  watchLimits: (onWrite, onEnd) => group.watchLimits(onWrite, onEnd),
  watchMemoryPressure: (onPressure) => group.watchMemoryPressure(onPressure),
  ...(group.memoryWait !== undefined && { memoryWait: group.memoryWait }),
  ...(group.cpuset !== undefined && { cpuset: group.cpuset }),
  restoreEntries: (limits) => group.restoreEntries(limits),
  limitsOfEntries: (entries) => group.limitsOfEntries(entries),
  close: () => group.close(),
  ...methods,
});
