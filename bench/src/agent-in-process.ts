import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type BlockingWriter, cpuVersion, KernelCgroups, type KernelFiles } from "@sc/cgroup";
import { parseStructureName, type StructureName } from "@sc/domain";
import { defaultsByRules } from "@sc/domain/testing";
import { InProcessBus } from "@sc/in-process";
import { JournalFile } from "@sc/journal-file";
import { LeaseFile } from "@sc/lease-file";
import { AgentGroup, LinuxHostReader } from "@sc/linux-host";
import { LineLog, NodeClock, NodeTimers } from "@sc/node-runtime";
import { PlainFinder } from "@sc/plain-cgroups";
import { InMemoryDocumentStore } from "@sc/ports/testing";
import { type AgentOptions, defaultAgentOptions, NodeAgent, StructureRegistry } from "@sc/services";

const watcherPath = fileURLToPath(new URL("../../packaging/sc-restore", import.meta.url));

/**
 * A node agent with everything real around it (kernel, journal, lease with its watcher), but for what the
 * benchmark puts in its place: the file port, the memory worker, the size of the host.
 */
export class AgentInProcess {
  readonly bus: InProcessBus;
  readonly agent: NodeAgent;
  readonly registry: StructureRegistry;
  readonly #folder: string;
  readonly #ownGroup: AgentGroup | undefined;

  private constructor(
    parts: Pick<AgentInProcess, "bus" | "agent" | "registry"> & {
      readonly folder: string;
      readonly ownGroup: AgentGroup | undefined;
    },
  ) {
    this.#ownGroup = parts.ownGroup;
    this.bus = parts.bus;
    this.agent = parts.agent;
    this.registry = parts.registry;
    this.#folder = parts.folder;
  }

  static async make(options: {
    readonly root: string;
    readonly files?: KernelFiles;
    readonly writer?: BlockingWriter;
    /** Cores the host claims to have, so that capacity does not decide; default its own. */
    readonly cores?: number;
    readonly agent?: Partial<AgentOptions>;
  }): Promise<AgentInProcess> {
    const folder = mkdtempSync(join(tmpdir(), "sc-bench-agent-"));
    const log = new LineLog({ level: "warn", format: "pretty" });
    const clock = new NodeClock();
    const bus = new InProcessBus({ log });
    const registry = await StructureRegistry.load({
      defaults: defaultsByRules,
      store: new InMemoryDocumentStore(),
    });
    const cgroups = new KernelCgroups({
      isContainerGroup: ({ path }) => path.startsWith(`${options.root}/`),
      log,
      ...(options.files === undefined ? {} : { files: options.files }),
      ...(options.writer === undefined ? {} : { writer: options.writer }),
    });
    const real = new LinuxHostReader();
    const { bootId, name, memMibTotal } = real;
    const hostReader = {
      bootId,
      name,
      memMibTotal,
      cores: options.cores ?? real.cores,
      readCpuUsedSeconds: () => real.readCpuUsedSeconds(),
      readMemory: () => real.readMemory(),
    };
    const agent = new NodeAgent(
      {
        bus,
        cgroups,
        clock,
        log,
        registry,
        hostReader,
        finders: [new PlainFinder({ hierarchy: cgroups.hierarchies.cpu, roots: [options.root] })],
        journal: new JournalFile({ path: join(folder, "journal.jsonl"), bootId, log }),
        lease: new LeaseFile({
          runFolder: join(folder, "run"),
          leaseSeconds: 10,
          watcherPath,
          log,
        }),
        timers: new NodeTimers(clock),
        onFatal: (error) => {
          throw error;
        },
      },
      () => ({ ...defaultAgentOptions, ...options.agent }),
    );
    // As the server does it.
    const ownGroup = AgentGroup.enter({
      hierarchy: cgroups.hierarchies.cpu,
      version: cpuVersion(cgroups.hierarchies),
      path: `/sc-bench-agent-${process.pid}`,
      log,
    });
    return new AgentInProcess({ bus, agent, registry, folder, ownGroup });
  }

  /** Puts containers into auto, cpu and, where asked for, mem. */
  async setAuto(names: readonly StructureName[], withMemory = false): Promise<void> {
    const cpu = { mode: "auto" } as const;
    const resources = withMemory ? { cpu, mem: cpu } : { cpu };
    await this.registry.update(
      { structures: names.map((name) => ({ name, resources })) },
      "required",
    );
  }

  async close(): Promise<void> {
    await this.agent.stop();
    this.#ownGroup?.leave();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

export function structureName(text: string): StructureName {
  const name = parseStructureName(text);
  if (!name.ok) throw new Error(name.error.message);
  return name.value;
}
