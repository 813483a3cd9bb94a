import { type CoreId, err, formatCpuList, ok, parseCpuList, type Result } from "@sc/domain";
import type { Cpuset, RestoreEntry, WriteRefusal } from "@sc/ports";
import type { HostedGroup } from "./hosted-group.ts";

/** The cores of a simulated group, kept as the kernel keeps them; they are the host's where it has none. */
export class SimulatedCpuset implements Cpuset {
  readonly #group: HostedGroup;
  readonly #folder: string;

  constructor(group: HostedGroup) {
    this.#group = group;
    this.#folder = `/simulated/cpuset${group.kernel.path}`;
  }

  get #file(): string {
    return `${this.#folder}/cpuset.cpus`;
  }

  read(): readonly CoreId[] | undefined {
    return this.#group.isReadable() ? listOf(this.#group.kernel.cpuset) : undefined;
  }

  readEffective(): readonly CoreId[] | undefined {
    const own = this.read();
    return own?.length === 0 ? this.#group.hostCores : own;
  }

  write(cores: readonly CoreId[]): Result<"applied" | "unchanged" | "gone", WriteRefusal> {
    const { kernel, hostCores, refusals } = this.#group;
    if (kernel.isGone) return ok("gone");
    const value = formatCpuList(cores);
    if (kernel.cpuset === value) return ok("unchanged");
    const foreign = cores.find((core) => !hostCores.includes(core));
    if (foreign !== undefined)
      return err({ code: "out-of-range", text: `the host has no core ${foreign}` });
    const refusal = refusals.shift();
    if (refusal !== undefined) return err(refusal);
    kernel.cpuset = value;
    return ok("applied");
  }

  restoreEntry(cores: readonly CoreId[]): RestoreEntry | undefined {
    const value = formatCpuList(cores.length > 0 ? cores : this.#group.hostCores);
    const steps = [{ file: this.#file, value }];
    return { resource: "cores", inode: this.#group.id, folder: this.#folder, steps };
  }

  coresOfEntries(entries: readonly RestoreEntry[]): readonly CoreId[] | undefined {
    const own = entries.findLast(
      ({ resource, folder, inode }) =>
        resource === "cores" && folder === this.#folder && inode === this.#group.id,
    );
    const value = own?.steps.at(-1)?.value;
    return value === undefined ? undefined : listOf(value);
  }
}

function listOf(text: string): readonly CoreId[] | undefined {
  const parsed = parseCpuList(text);
  return parsed.ok ? parsed.value : undefined;
}
