import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { findHierarchies, KernelCgroups, type KernelFiles } from "@sc/cgroup";
import type { Configuration } from "@sc/contracts";
import { JournalFile } from "@sc/journal-file";
import { LeaseFile } from "@sc/lease-file";
import { LinuxDataDisks, LinuxHostReader } from "@sc/linux-host";
import { LxcFinder } from "@sc/lxc";
import { PlainFinder } from "@sc/plain-cgroups";
import type { ContainerFinder, DataDisks, HostReader, Log, Networks } from "@sc/ports";
import { TrafficControl } from "@sc/traffic-control";

export const watcherPath = fileURLToPath(new URL("../../../packaging/sc-restore", import.meta.url));

/** Everything that reaches the machine, by the configuration. */
export interface HostAdapters {
  readonly cgroups: KernelCgroups;
  readonly finders: readonly ContainerFinder[];
  readonly dataDisks: DataDisks;
  readonly networks: Networks;
  readonly hostReader: HostReader;
  readonly journal: JournalFile;
  readonly lease: LeaseFile;
}

export interface HostOptions {
  readonly configuration: Configuration;
  readonly log: Log;
  readonly kernelFiles: KernelFiles | undefined;
  /** Default: the machine itself. */
  readonly hostReader?: HostReader | undefined;
}

export function openHost({ configuration, log, kernelFiles, ...given }: HostOptions): HostAdapters {
  const { runFolder, stateFolder, lease, host } = configuration;
  const hierarchies = findHierarchies();
  const finders = findersOf(configuration, hierarchies.cpu);
  const hostReader = given.hostReader ?? new LinuxHostReader();
  const { bootId } = hostReader;
  return {
    hostReader,
    finders,
    dataDisks: new LinuxDataDisks(),
    networks: new TrafficControl(),
    cgroups: new KernelCgroups({
      hierarchies,
      log,
      ...(kernelFiles !== undefined && { files: kernelFiles }),
      maxOpenFiles: host.maxOpenFiles,
      isContainerGroup: (group) => finders.some((finder) => finder.owns(group)),
    }),
    journal: new JournalFile({ path: join(stateFolder, "journal.jsonl"), bootId, log }),
    lease: new LeaseFile({ runFolder, leaseSeconds: lease.seconds, watcherPath, log }),
  };
}

function findersOf({ engines }: Configuration, hierarchy: string): readonly ContainerFinder[] {
  const finders: ContainerFinder[] = [];
  if (engines.lxc.enabled) {
    finders.push(new LxcFinder({ hierarchy, isWanted: matcherOf(engines.lxc.names) }));
  }
  if (engines.plain.roots.length > 0) {
    finders.push(new PlainFinder({ hierarchy, roots: engines.plain.roots }));
  }
  return finders;
}

/** In a pattern `*` stands for any characters; nothing else is special. */
export function matcherOf(patterns: readonly string[]): (name: string) => boolean {
  const expressions = patterns.map((pattern) => {
    const parts = pattern.split("*").map((part) => part.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&"));
    return new RegExp(`^${parts.join(".*")}$`);
  });
  return (name) => expressions.some((expression) => expression.test(name));
}
