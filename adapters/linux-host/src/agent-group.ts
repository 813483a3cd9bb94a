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

  private constructor(folder: string, before: string) {
    this.#folder = folder;
    this.#before = before;
  }

  static enter(options: AgentGroupOptions): AgentGroup | undefined {
    const { hierarchy, path, log } = options;
    const folder = hierarchy + path;
    try {
      const before = hierarchy + (ownCpuGroup() ?? "/");
      if (!existsSync(folder)) mkdirSync(folder);
      writeFileSync(`${folder}/cpu.shares`, topWeight, { flag: "r+" });
      writeFileSync(`${folder}/cgroup.procs`, String(process.pid), { flag: "r+" });
      return new AgentGroup(folder, before);
    } catch (error) {
      log.warn("no cpu group of our own: ticks may come late on a busy host", { folder, error });
      return undefined;
    }
  }

  /** Goes back to where the process was and removes the group, unless someone else is in it. */
  leave(): void {
    try {
      writeFileSync(`${this.#before}/cgroup.procs`, String(process.pid), { flag: "r+" });
      rmdirSync(this.#folder);
    } catch {
      // The watcher of the lease may still be in it for a moment: the next start uses the group again.
    }
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
