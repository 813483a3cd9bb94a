import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { type DemoContainers, periodUs, quotaUsOf } from "./containers.ts";
import { hierarchyOf, readHierarchies, removeGroupEverywhere } from "./hierarchies.ts";

export interface PlainOptions {
  /** The group the two are made in: `/sc-demo-123`. */
  readonly root: string;
  readonly names: readonly string[];
  readonly programFile: string;
}

/** What the agent reads of a container; `cpuset` needs settings of its own before it takes a process. */
const controllers = ["cpu", "cpuacct", "memory", "freezer"] as const;

/** Control groups without an engine, for hosts that have none: processes in a group of their own. */
export class PlainContainers implements DemoContainers {
  readonly kind = "plain-cgroups";
  readonly names: readonly string[];
  readonly engines: DemoContainers["engines"];
  readonly #options: PlainOptions;

  constructor(options: PlainOptions) {
    this.#options = options;
    this.names = options.names;
    this.engines = { lxc: { enabled: false }, plain: { roots: [options.root] } };
  }

  async make(limitShares: number): Promise<void> {
    for (const name of this.names) {
      for (const folder of this.#folders(name)) mkdirSync(folder, { recursive: true });
      const cpuFolder = `${hierarchyOf("cpu")?.mount}${this.#options.root}/${name}`;
      writeFileSync(`${cpuFolder}/cpu.cfs_period_us`, String(periodUs));
      writeFileSync(`${cpuFolder}/cpu.cfs_quota_us`, String(quotaUsOf(limitShares)));
    }
  }

  spawn(name: string, args: readonly string[]): ChildProcess {
    // The shell enters the groups and becomes Node: nothing of the program runs outside them.
    const enter = 'for file; do [ "$file" = -- ] && break; echo $$ > "$file"; shift; done; shift';
    const files = this.#folders(name).map((folder) => `${folder}/cgroup.procs`);
    const program = [process.execPath, this.#options.programFile, ...args];
    return spawn("/bin/sh", ["-c", `${enter}; exec "$@"`, "sh", ...files, "--", ...program], {
      stdio: ["pipe", "pipe", "pipe"],
      // Not of the terminal's process group: at Ctrl-C the demo ends it, in its order.
      detached: true,
    });
  }

  async remove(): Promise<void> {
    for (const name of this.names) {
      const folder = this.#folders(name)[0];
      await endProcesses(folder === undefined ? "" : `${folder}/cgroup.procs`);
      await removeGroupEverywhere(`${this.#options.root}/${name}`);
    }
    await removeGroupEverywhere(this.#options.root);
  }

  /** In each hierarchy once, also where several controllers share one. */
  #folders(name: string): readonly string[] {
    const all = readHierarchies();
    const mounts = new Set(controllers.flatMap((one) => hierarchyOf(one, all)?.mount ?? []));
    return [...mounts].map((mount) => `${mount}${this.#options.root}/${name}`);
  }
}

/** Ends all processes of a group and waits until it is empty, for at most two seconds. */
async function endProcesses(procsFile: string): Promise<void> {
  for (let attempt = 0; attempt < 40 && existsSync(procsFile); attempt += 1) {
    const pids = readFileSync(procsFile, "utf8").split("\n").filter(Boolean);
    if (pids.length === 0) return;
    for (const pid of pids) {
      try {
        process.kill(Number(pid), "SIGKILL");
      } catch {
        // It ended by itself.
      }
    }
    await sleep(50);
  }
}
