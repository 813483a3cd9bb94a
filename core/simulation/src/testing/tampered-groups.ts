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

/** A dead process writes nothing, and no answer finds anyone: what waits for one, waits for ever. */
export const whileAlive = (
  cgroups: Cgroups,
  process: { readonly isDead: boolean; assertAlive(): void },
): Cgroups =>
  withGroups(cgroups, (group) => {
    const heard = async <Answer>(coming: Promise<Answer>): Promise<Answer> => {
      const answer = await coming;
      return process.isDead ? new Promise<Answer>(() => {}) : answer;
    };
    return {
      writeCpuLimit: (limit) => {
        process.assertAlive();
        return group.writeCpuLimit(limit);
      },
      writeMemMibLimit: async (memMib, seconds) => {
        process.assertAlive();
        const answer = await heard(group.writeMemMibLimit(memMib, seconds));
        return answer.kind === "late" ? { ...answer, ended: heard(answer.ended) } : answer;
      },
    };
  });
