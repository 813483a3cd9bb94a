import { ok } from "@sc/domain";
import type { Cgroups, ControlGroup } from "@sc/ports";

/** Groups of the kernel, some methods of which are others. */
export function withGroups(
  cgroups: Cgroups,
  change: (group: ControlGroup) => Partial<ControlGroup>,
): Cgroups {
  return {
    open: (ref) => {
      const opened = cgroups.open(ref);
      return opened.ok ? ok({ ...opened.value, ...change(opened.value) }) : opened;
    },
  };
}

/** A dead process writes nothing: what it would have written, the watch does not hear of. */
export const whileAlive = (cgroups: Cgroups, assertAlive: () => void): Cgroups =>
  withGroups(cgroups, (group) => ({
    writeCpuLimit: (limit) => {
      assertAlive();
      return group.writeCpuLimit(limit);
    },
    writeMemMibLimit: async (memMib, seconds) => {
      assertAlive();
      return group.writeMemMibLimit(memMib, seconds);
    },
  }));
