import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from "node:fs";
import type { Log } from "@sc/ports";

/** The most v1's cpu.shares takes. */
const topWeight = "262144";

export interface AgentGroupOptions {
  /** Mount point of the cpu hierarchy. */
  readonly hierarchy: string;
  /** `/serverless-containers` */
  readonly path: string;
  readonly log: Log;
}

/**
 * Puts this process into a cpu group of its own with top weight: on a busy host its ticks then come
 * 0.6 ms late instead of 15. Where that is not possible it goes on where it is and says so.
 */
export class AgentGroup {
  readonly #folder: string;
  readonly #before: string;
  readonly #log: Log;

  private constructor(options: {
    readonly folder: string;
    readonly before: string;
    readonly log: Log;
  }) {
    this.#folder = options.folder;
    this.#before = options.before;
    this.#log = options.log;
  }

  static enter(options: AgentGroupOptions): AgentGroup | undefined {
    const { hierarchy, path, log } = options;
    const folder = hierarchy + path;
    try {
      const before = hierarchy + (ownCpuGroup() ?? "/");
      if (!existsSync(folder)) mkdirSync(folder);
      writeFileSync(`${folder}/cpu.shares`, topWeight, { flag: "r+" });
      moveInto(folder, String(process.pid));
      return new AgentGroup({ folder, before, log });
    } catch (error) {
      log.warn("no cpu group of our own: ticks may come late on a busy host", { folder, error });
      return undefined;
    }
  }

  /**
   * Goes back to where the process was, with all it started (the watcher of the lease outlives it),
   * and removes the group. The next start uses a group that is left over.
   */
  leave(): void {
    try {
      for (const processId of processesIn(this.#folder)) moveInto(this.#before, processId);
      rmdirSync(this.#folder);
    } catch (error) {
      this.#log.warn("the cpu group of our own stays behind", { folder: this.#folder, error });
    }
  }
}

const processesIn = (folder: string): readonly string[] =>
  readFileSync(`${folder}/cgroup.procs`, "utf8").split("\n").filter(Boolean);

/** A process that ended in between (ESRCH) is where it should be. */
function moveInto(folder: string, processId: string): void {
  try {
    writeFileSync(`${folder}/cgroup.procs`, processId, { flag: "r+" });
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "ESRCH")) throw error;
  }
}

/** The path of this process below the cpu controller. */
function ownCpuGroup(): string | undefined {
  for (const line of readFileSync("/proc/self/cgroup", "utf8").split("\n")) {
    const [, controllers = "", ...path] = line.split(":");
    if (controllers.split(",").includes("cpu")) return path.join(":");
  }
  return undefined;
}
