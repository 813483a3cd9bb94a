import { type ContainerLimits, computeResources } from "@sc/domain";
import type { ControlGroup, RestoreEntry } from "@sc/ports";
import type { SimulatedHost } from "../host/simulated-host.ts";
import { describeValue, isSqueeze, limitValueOf } from "../invariants/limits.ts";

/** Plays the watcher of the lease: puts back all that is on the list, however often it is refused. */
export function restoreAsWatcher(host: SimulatedHost, entries: readonly RestoreEntry[]): void {
  for (const group of groupsOf(host)) {
    host.endRefusals(group.ref.path);
    const { cpu, memMib } = group.limitsOfEntries(entries);
    if (cpu !== undefined) group.writeCpuLimit(cpu);
    if (memMib !== undefined) void group.writeMemMibLimit(memMib, 1);
    const cores = group.cpuset?.coresOfEntries(entries);
    if (cores !== undefined) group.cpuset?.write(cores);
    const wait = group.memoryWait;
    if (wait !== undefined && isOnList(wait.restoreStep.file, entries)) wait.write(false);
  }
}

/** What is on the list and has less than its owner gave it; a sentence for each. */
export function findSqueezed(
  host: SimulatedHost,
  entries: readonly RestoreEntry[],
): readonly string[] {
  return groupsOf(host).flatMap((group) => {
    const owners = group.limitsOfEntries(entries);
    const now: ContainerLimits = { cpu: group.readCpuLimit(), memMib: group.readMemMibLimit() };
    return computeResources.flatMap((resource) => {
      const [listed, held] = [limitValueOf(owners, resource), limitValueOf(now, resource)];
      if (listed === undefined || held === undefined || !isSqueeze(listed, held)) return [];
      const text = `${group.ref.path} has ${describeValue(held)} after the lease`;
      return [`${text}, and its owner gave it ${describeValue(listed)}`];
    });
  });
}

const groupsOf = (host: SimulatedHost): readonly ControlGroup[] =>
  (["lxc", "plain"] as const)
    .flatMap((engine) => host.finder(engine).find().containers)
    .flatMap(({ group: ref }) => {
      const opened = host.open(ref);
      return opened.ok ? [opened.value] : [];
    });

export const isOnList = (file: string, entries: readonly RestoreEntry[]): boolean =>
  entries.some(({ steps }) => steps.some((step) => step.file === file));
