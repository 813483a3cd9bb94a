import { type ChildProcess, spawn } from "node:child_process";
import {
  chownSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmdirSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { dirname } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { parseV1Mounts } from "../hierarchies.ts";

const controllers = ["cpu", "cpuacct", "memory", "freezer", "blkio", "pids"] as const;
type Controller = (typeof controllers)[number];

const unifiedMount = "/sys/fs/cgroup";
/** The folder whose children get the controllers that this file names. */
const handDown = (folder: string): void =>
  writeFileSync(`${folder}/cgroup.subtree_control`, "+cpu +memory +io +pids", { flag: "r+" });

/** Controller → mount point; on cgroup v2 it is the same for all. */
const mountsOf = (): ReadonlyMap<string, string> =>
  isUnified()
    ? new Map(controllers.map((controller) => [controller, unifiedMount]))
    : parseV1Mounts(readFileSync("/proc/self/mountinfo", "utf8"));

const isUnified = (): boolean => existsSync(`${unifiedMount}/cgroup.controllers`);

/** Whether this machine lets a test make groups of cgroup v1, and if not, why. */
export function whyNoRealGroups(): string | false {
  if (process.platform !== "linux") return "needs Linux";
  if (process.getuid?.() !== 0) return "needs root";
  const mounts = parseV1Mounts(readFileSync("/proc/self/mountinfo", "utf8"));
  const missing = controllers.filter((controller) => !mounts.has(controller));
  return missing.length === 0 ? false : `needs cgroup v1 with ${missing.join(", ")}`;
}

/** The same for cgroup v2. */
export function whyNoUnifiedGroups(): string | false {
  if (process.getuid?.() !== 0) return "needs root";
  return isUnified() ? false : "needs cgroup v2";
}

/** Groups of the kernel, of v1 or v2, below a root of its own, and processes in them; all gone after `close`. */
export class RealGroups {
  readonly root: string;
  readonly version = isUnified() ? 2 : 1;
  readonly #mounts = mountsOf();
  readonly #made: string[] = [];
  readonly #processes = new Set<ChildProcess>();

  constructor(label: string) {
    removeLeftovers(this.#mounts);
    this.root = `/sc-test-${label}-${process.pid}`;
    this.make(this.root);
  }

  folder(controller: Controller, path: string): string {
    return `${this.#mounts.get(controller)}${path}`;
  }

  make(path: string): void {
    for (const controller of controllers)
      mkdirSync(this.folder(controller, path), { recursive: true });
    this.#makeInCpuset(path);
    if (isUnified()) handDown(dirname(this.folder("cpu", path)));
    if (!this.#made.includes(path)) this.#made.push(path);
  }

  /** On v1, with the cores and memory of the group above: without them it takes no process. */
  #makeInCpuset(path: string): void {
    const mount = this.#mounts.get("cpuset");
    if (isUnified() || mount === undefined) return;
    mkdirSync(mount + path, { recursive: true });
    for (const file of ["cpuset.cpus", "cpuset.mems"]) {
      const above = readFileSync(`${dirname(mount + path)}/${file}`, "utf8");
      writeFileSync(`${mount}${path}/${file}`, above, { flag: "r+" });
    }
  }

  /** The cores it may run on, on v1. */
  cpusetOf(path: string): string {
    return readFileSync(`${this.#mounts.get("cpuset")}${path}/cpuset.cpus`, "utf8").trim();
  }

  setCpuset(path: string, cores: string): void {
    writeFileSync(`${this.#mounts.get("cpuset")}${path}/cpuset.cpus`, cores, { flag: "r+" });
  }

  remove(path: string): void {
    const folders = controllers.map((controller) => this.folder(controller, path));
    const cpuset = this.#mounts.get("cpuset");
    if (cpuset !== undefined) folders.push(cpuset + path);
    for (const folder of folders) {
      if (existsSync(folder)) rmdirSync(folder);
    }
  }

  write(controller: Controller, file: string, value: string): void {
    writeFileSync(this.folder(controller, file), value, { flag: "r+" });
  }

  read(controller: Controller, file: string): string {
    return readFileSync(this.folder(controller, file), "utf8").trim();
  }

  /** As a container of another user has its groups: folders and files are that user's. */
  giveTo(path: string, { uid }: { readonly uid: number }): void {
    for (const controller of controllers) {
      const folder = this.folder(controller, path);
      for (const name of [".", ...readdirSync(folder)]) chownSync(`${folder}/${name}`, uid, uid);
    }
  }

  /** Runs a shell command inside the group; ends with `close`, or before. */
  run(path: string, command: string): ChildProcess {
    const enter = controllers
      .map((controller) => `echo $$ > '${this.folder(controller, path)}/cgroup.procs'`)
      .join("; ");
    const child = spawn("sh", ["-c", `${enter}; exec sh -c "$0"`, command], { stdio: "ignore" });
    this.#processes.add(child);
    child.once("exit", () => this.#processes.delete(child));
    return child;
  }

  /** One busy thread, until the group has used so much more. */
  async burn(path: string, coreSeconds: number): Promise<void> {
    const until = this.#usedSeconds(path) + coreSeconds;
    const child = this.run(path, "while :; do :; done");
    while (this.#usedSeconds(path) < until) await delay(10);
    await endOf(child);
  }

  #usedSeconds(path: string): number {
    if (!isUnified()) return Number(this.read("cpuacct", `${path}/cpuacct.usage`)) / 1e9;
    const stat = this.read("cpu", `${path}/cpu.stat`);
    return Number(/^usage_usec (\d+)$/m.exec(stat)?.[1]) / 1e6;
  }

  setFrozen(path: string, isFrozen: boolean): void {
    if (this.version === 2) this.write("freezer", `${path}/cgroup.freeze`, isFrozen ? "1" : "0");
    else this.write("freezer", `${path}/freezer.state`, isFrozen ? "FROZEN" : "THAWED");
  }

  async close(): Promise<void> {
    await Promise.all([...this.#processes].map(endOf));
    for (const path of this.#made.toReversed()) await this.clear(path);
  }

  /**
   * Removes it with all that was started in it. A killed process stays in its group until it has ended, and
   * for that it needs the cpu time that its group, or a busy machine, may not give it for seconds.
   */
  async clear(path: string): Promise<void> {
    for (let attempt = 0; attempt < 400; attempt += 1) {
      try {
        for (const controller of controllers) killAllIn(this.folder(controller, path));
        this.remove(path);
        return;
      } catch {
        await delay(50);
      }
    }
    this.remove(path);
  }
}

/** What runs that were killed left behind: roots that carry the id of a process that is dead. */
function removeLeftovers(mounts: ReadonlyMap<string, string>): void {
  for (const controller of [...controllers, "cpuset"]) {
    const mount = mounts.get(controller);
    if (mount === undefined) continue;
    for (const name of readdirSync(mount)) {
      const maker = /^sc-test-.+-(\d+)$/.exec(name)?.[1];
      if (maker === undefined || existsSync(`/proc/${maker}`)) continue;
      removeTree(`${mount}/${name}`);
    }
  }
}

/**
 * As far as it goes: a killed process holds its group for a moment, and the next run tries again.
 */
function removeTree(folder: string): void {
  try {
    thaw(folder);
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      if (entry.isDirectory()) removeTree(`${folder}/${entry.name}`);
    }
    killAllIn(folder);
    rmdirSync(folder);
  } catch {
    // Another run removes it at the same moment, or a process is still ending.
  }
}

/** A frozen process does not end. */
function thaw(folder: string): void {
  const [v1, v2] = [`${folder}/freezer.state`, `${folder}/cgroup.freeze`];
  if (existsSync(v1)) writeFileSync(v1, "THAWED", { flag: "r+" });
  if (existsSync(v2)) writeFileSync(v2, "0", { flag: "r+" });
}

function killAllIn(folder: string): void {
  if (!existsSync(folder)) return;
  const processIds = readFileSync(`${folder}/cgroup.procs`, "utf8").split("\n").filter(Boolean);
  for (const processId of processIds) process.kill(Number(processId), "SIGKILL");
}

export async function endOf(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once("exit", resolve));
  child.kill("SIGKILL");
  await ended;
}

/**
 * A disk whose use the kernel counts, and something of it to read: a program that lies on it, or, where
 * programs lie on no disk of their own, the disk itself. Nothing is written to it.
 */
export function realDisk(): { readonly device: string; readonly path: string } | undefined {
  const program = process.execPath;
  const { dev } = statSync(program);
  // As glibc puts the two numbers into one.
  const device = `${(dev >> 8) & 0xfff}:${(dev & 0xff) | ((dev >> 12) & 0xfff00)}`;
  const folder = `/sys/dev/block/${device}`;
  if (existsSync(folder) && !existsSync(`${folder}/partition`)) return { device, path: program };
  const second = "/dev/ubdb";
  return existsSync(second) ? { device: "98:16", path: second } : undefined;
}
