import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from "node:fs";
import type { Log } from "@sc/ports";

/** The most that each version of cgroup takes. */
const topWeights = {
  1: { file: "cpu.shares", value: "262144" },
  2: { file: "cpu.weight", value: "10000" },
} as const;
/** Groups that systemd made: who leaves one on v2 is lost to it. */
const unitOfSystemd = /\.(service|scope)(\/|$)/;

export interface AgentGroupOptions {
  /** Mount point of the cpu hierarchy. */
  readonly hierarchy: string;
  readonly version: 1 | 2;
  /** `/serverless-containers` */
  readonly path: string;
  readonly log: Log;
}

/**
 * Puts this process into a cpu group of its own with top weight: on a busy host its ticks then come
 * 0.6 ms late instead of 15. Where that is not possible it goes on where it is and says so.
 *
 * On v2 the group lies at the top as well, where it has the cpu controller if the other groups there have it:
 * nothing is enabled for it. A unit of systemd is not left, since there all controllers, and systemd's own
 * tracking, are in one tree: its `CPUWeight=` does the same.
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
    const { hierarchy, version, path, log } = options;
    const folder = hierarchy + path;
    const { file, value } = topWeights[version];
    const ownPath = ownCpuGroup(version) ?? "/";
    if (version === 2 && unitOfSystemd.test(ownPath)) {
      if (weightIn(`${hierarchy}${ownPath}/${file}`) !== value) {
        const nextStep = `set CPUWeight=${value} in its unit`;
        log.warn("no cpu group of our own: ticks may come late on a busy host", { nextStep });
      }
      return undefined;
    }
    try {
      if (!existsSync(folder)) mkdirSync(folder);
      writeFileSync(`${folder}/${file}`, value, { flag: "r+" });
      moveInto(folder, String(process.pid));
      return new AgentGroup({ folder, before: hierarchy + ownPath, log });
    } catch (error) {
      removeEmpty(folder);
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

function weightIn(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8").trim();
  } catch {
    return undefined;
  }
}

/** A group without the controller is of no use; who is in it, if anyone, stays. */
function removeEmpty(folder: string): void {
  try {
    rmdirSync(folder);
  } catch {
    // There is none, or it is in use.
  }
}

/** The path of this process below the cpu controller; v2's line names no controllers. */
function ownCpuGroup(version: 1 | 2): string | undefined {
  const wanted = version === 1 ? "cpu" : "";
  for (const line of readFileSync("/proc/self/cgroup", "utf8").split("\n")) {
    const [, controllers, ...path] = line.split(":");
    if (controllers?.split(",").includes(wanted)) return path.join(":");
  }
  return undefined;
}
