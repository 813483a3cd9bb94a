import { type LimitValue, ok } from "@sc/domain";
import type { Cgroups, ControlGroup, CpuWriteOutcome, Journal, MemWriteAnswer } from "@sc/ports";
import { withMethods } from "../cluster/with-groups.ts";
import type { InvariantWatch } from "./invariant-watch.ts";
import { limitValueOf } from "./limits.ts";

/** The journal, each line of which the watch is told. */
export const watchedJournal = (journal: Journal, watch: InvariantWatch): Journal => ({
  append: (entry) => {
    const written = journal.append(entry);
    watch.noteLine(entry, written.ok);
    return written;
  },
  recover: () => journal.recover(),
  forget: (id) => journal.forget(id),
  close: () => journal.close(),
});

/** The kernel, each write to which is checked before and after. */
export const watchedCgroups = (cgroups: Cgroups, watch: InvariantWatch): Cgroups => ({
  open: (ref) => {
    const opened = cgroups.open(ref);
    return opened.ok ? ok(watchedGroup(opened.value, watch)) : opened;
  },
});

function watchedGroup(group: ControlGroup, watch: InvariantWatch): ControlGroup {
  const { id } = group;
  const noted = <T>(value: T, note: (value: T) => void): T => {
    note(value);
    return value;
  };
  return withMethods(group, {
    readCpuUsedSeconds: () =>
      noted(group.readCpuUsedSeconds(), (cpuUsedSeconds) =>
        watch.noteReading(id, { cpuUsedSeconds }),
      ),
    readMemMibCharged: () =>
      noted(group.readMemMibCharged(), (memMib) => watch.noteReading(id, { memMib })),
    readMemory: () =>
      noted(group.readMemory(), (reading) =>
        watch.noteReading(id, { memMib: reading?.unreclaimableMib }),
      ),
    writeCpuLimit: (limit) => {
      const done = begin(group, watch, { resource: "cpu", limit });
      const outcome = group.writeCpuLimit(limit);
      done(outcome);
      return outcome;
    },
    writeMemMibLimit: async (memMib, seconds) => {
      const done = begin(group, watch, { resource: "mem", memMib });
      const writing = group.writeMemMibLimit(memMib, seconds);
      watch.noteMemoryWrite(id, endOf(writing));
      const outcome = await writing;
      done(outcome);
      return outcome;
    },
  });
}

/** When the kernel holds one limit or the other for good. */
async function endOf(writing: Promise<MemWriteAnswer>): Promise<void> {
  const answer = await writing;
  if (answer.kind === "late") await answer.ended;
}

/** What is to be called with the kernel's answer, when the writer has taken note of it. */
function begin(
  group: ControlGroup,
  watch: InvariantWatch,
  asked: LimitValue,
): (outcome: CpuWriteOutcome | MemWriteAnswer) => void {
  const { id, ref } = group;
  const { resource } = asked;
  const holds = (): LimitValue | undefined =>
    limitValueOf({ cpu: group.readCpuLimit(), memMib: group.readMemMibLimit() }, resource);
  const line = watch.lineOf(id, resource);
  const done = watch.noteWrite({ path: ref.path, id, resource, held: holds(), asked, line });
  return ({ kind: outcome }) => done({ outcome, holds: holds() });
}
