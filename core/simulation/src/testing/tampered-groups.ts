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
