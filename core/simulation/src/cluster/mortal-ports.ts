import { byResource, type Resource } from "@sc/domain";
import type {
  Cgroups,
  ContainerFinder,
  ControlGroup,
  Cpuset,
  Journal,
  Lease,
  MemWriteAnswer,
  Timers,
} from "@sc/ports";
import type { ProcessLife } from "./process-life.ts";
import { withGroups } from "./with-groups.ts";

/*
 * The ports of a process as long as it lives. Each step that outlives it (a line, an entry, a limit) is one
 * before and after which it may die.
 */

export const mortalTimers = (timers: Timers, life: ProcessLife): Timers => ({
  every: (seconds, run) => timers.every(seconds, life.called(run)),
  after: (seconds, run) => timers.after(seconds, life.called(run)),
});

export const mortalFinder = (finder: ContainerFinder, life: ProcessLife): ContainerFinder => ({
  engine: finder.engine,
  find: () => finder.find(),
  owns: (ref) => finder.owns(ref),
  watch: (onChange) => finder.watch(life.called(onChange)),
});

export function mortalJournal(journal: Journal, life: ProcessLife): Journal {
  const stepOf = { intended: "intend", applied: "applied", refused: "refused" } as const;
  return {
    append: (entry) => life.step(stepOf[entry.step], () => journal.append(entry)),
    recover: () => journal.recover(),
    forget: (id) => life.step("forget", () => journal.forget(id)),
    close: () => journal.close(),
  };
}

/** `now` brings the lease's clock up to the present moment. */
export function mortalLease(lease: Lease, life: ProcessLife, now: () => void): Lease {
  const alive = (): Lease => {
    life.assertAlive();
    now();
    return lease;
  };
  return {
    seconds: lease.seconds,
    recover: () => lease.recover(),
    hold: (entry) => life.step("hold", () => alive().hold(entry)),
    drop: (entries) => life.step("drop", () => alive().drop(entries)),
    beat: () => alive().beat(),
    state: () => alive().state(),
    renew: () => alive().renew(),
    end: (how) => alive().end(how),
  };
}

/** A write is a step; what waits at the kernel when the process dies lands all the same. */
export const mortalCgroups = (cgroups: Cgroups, life: ProcessLife): Cgroups =>
  withGroups(cgroups, (group) => ({
    watchMemoryPressure: (onPressure) => group.watchMemoryPressure(life.called(onPressure)),
    watchLimits: (onWrite, onEnd) => watchLimits(group, life, { onWrite, onEnd }),
    ...(group.cpuset !== undefined && { cpuset: mortalCpuset(group.cpuset, life) }),
    writeCpuLimit: (limit) => life.step("write", () => group.writeCpuLimit(limit)),
    writeMemMibLimit: (memMib, seconds) =>
      life.step("write", () => group.writeMemMibLimit(memMib, seconds)),
  }));

const mortalCpuset = (cpuset: Cpuset, life: ProcessLife): Cpuset => ({
  read: () => cpuset.read(),
  readEffective: () => cpuset.readEffective(),
  write: (cores) => life.step("write", () => cpuset.write(cores)),
  restoreEntry: (cores) => cpuset.restoreEntry(cores),
  coresOfEntries: (entries) => cpuset.coresOfEntries(entries),
});

function watchLimits(
  group: ControlGroup,
  life: ProcessLife,
  told: { readonly onWrite: (resource: Resource) => void; readonly onEnd: () => void },
): { cancel(): void } | undefined {
  const written = byResource((resource) => life.called(() => told.onWrite(resource)));
  return group.watchLimits((resource) => written[resource](), life.called(told.onEnd));
}

/** A dead process writes nothing, and hears of nothing it wrote. To be put outside all that notes writes. */
export const whileAlive = (cgroups: Cgroups, life: ProcessLife): Cgroups =>
  withGroups(cgroups, (group) => ({
    writeCpuLimit: (limit) => {
      life.assertAlive();
      return group.writeCpuLimit(limit);
    },
    writeMemMibLimit: async (memMib, seconds): Promise<MemWriteAnswer> => {
      life.assertAlive();
      const answer = await life.heard(group.writeMemMibLimit(memMib, seconds));
      return answer.kind === "late" ? { ...answer, ended: life.heard(answer.ended) } : answer;
    },
  }));
