import { type ChildProcess, execFileSync, spawn, spawnSync } from "node:child_process";
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmdirSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { busyboxLines, makeBusyboxRoot } from "./busybox-root.ts";

const cgroupRoot = "/sys/fs/cgroup";
const isUnified = existsSync(`${cgroupRoot}/cgroup.controllers`);
/** Where the groups of each controller begin; on cgroup v2 all are in one place. */
const mountOf = (controller: string): string =>
  isUnified ? cgroupRoot : `${cgroupRoot}/${controller}`;
const folderPrefix = "sc-lxc-path-";
const nodeInside = "/opt/node";
const programInside = "/opt/program.ts";

/** Whether this machine lets a test make containers, and if not, why. */
export function whyNoLxc(): string | false {
  if (process.getuid?.() !== 0) return "needs root";
  const hasCpu = isUnified || existsSync(`${mountOf("cpu")}/cpu.cfs_quota_us`);
  if (!hasCpu) return "needs the cpu controller on cgroup v1, or cgroup v2";
  const isInstalled = ["lxc-start", "busybox"].every((command) => {
    const { status } = spawnSync("sh", ["-c", `command -v ${command}`]);
    return status === 0;
  });
  return isInstalled ? false : "needs LXC and a static busybox: npm run setup:debian";
}

/** One container with a network of its own that leads nowhere, in a folder of its own. */
export class RealContainer {
  #name: string;
  /** Where its group for cpu is, with those of all others. */
  readonly hierarchy = mountOf("cpu");
  readonly #folder = mkdtempSync(join(tmpdir(), `${folderPrefix}${process.pid}-`));
  /** Groups that LXC leaves behind in every hierarchy; those found before are not ours. */
  readonly #groupsBefore = new Set(lxcGroups());

  /** `label`: where a test needs more than one. */
  constructor(label = "") {
    removeLeftovers();
    this.#name = `sc-test-${label}${process.pid}`;
  }

  get name(): string {
    return this.#name;
  }

  /** Its file system, as the machine sees it; sockets in it can be reached from outside. */
  get root(): string {
    return join(this.#folder, this.name, "rootfs");
  }

  /** While it is stopped. What `lxc-copy --rename` does, which needs rsync to move a folder. */
  rename(name: string): void {
    renameSync(join(this.#folder, this.name), join(this.#folder, name));
    const configuration = join(this.#folder, name, "config");
    const text = readFileSync(configuration, "utf8");
    writeFileSync(configuration, text.replaceAll(this.name, name));
    this.#name = name;
  }

  /** With further lines of configuration. */
  create(lines: readonly string[] = []): void {
    makeBusyboxRoot(this.root);
    const configuration = [
      `lxc.rootfs.path = dir:${this.root}`,
      `lxc.uts.name = ${this.name}`,
      ...busyboxLines,
      // Never "none", which shares the network of the machine.
      "lxc.net.0.type = empty",
      "lxc.apparmor.profile = unconfined",
      ...lines,
    ];
    writeFileSync(join(this.#folder, this.name, "config"), `${configuration.join("\n")}\n`);
  }

  /** With Node and one program bound into it, for `spawn`. */
  createWithProgram(programFile: string, lines: readonly string[] = []): void {
    const bind = (from: string, to: string): string =>
      `lxc.mount.entry = ${from} ${to.slice(1)} none ro,bind,create=file 0 0`;
    this.create([...lines, bind(process.execPath, nodeInside), bind(programFile, programInside)]);
  }

  /** Runs the program inside. */
  spawn(...words: readonly string[]): ChildProcess {
    return this.attach([nodeInside, programInside, ...words]);
  }

  /** Runs any command inside, as root or as another user. */
  attach(command: readonly string[], uid = 0): ChildProcess {
    const user = ["-u", String(uid), "-g", String(uid)];
    const attach = ["-P", this.#folder, "-n", this.name, "--clear-env", ...user, "--"];
    return spawn("lxc-attach", [...attach, ...command], { stdio: ["ignore", "pipe", "pipe"] });
  }

  start(): void {
    this.run("lxc-start");
    this.run("lxc-wait", "-s", "RUNNING", "-t", "30");
  }

  stop(): void {
    this.run("lxc-stop", "-k");
    this.run("lxc-wait", "-s", "STOPPED", "-t", "30");
  }

  /** One busy thread inside, until `rest`. */
  work(): ChildProcess {
    writeFileSync(this.#loadFile, "");
    const loop = "while [ -e /load ]; do :; done";
    const words = ["-P", this.#folder, "-n", this.name, "--", "sh", "-c", loop];
    return spawn("lxc-attach", words, { stdio: "ignore" });
  }

  rest(): void {
    rmSync(this.#loadFile, { force: true });
  }

  get #loadFile(): string {
    return join(this.root, "load");
  }

  /** One of LXC's programs on this container. */
  run(command: string, ...words: readonly string[]): void {
    execFileSync(command, ["-P", this.#folder, "-n", this.name, ...words], { stdio: "ignore" });
  }

  /** A file of its group in the cpu hierarchy. */
  cpuFile(file: string): string {
    return this.groupFile("cpu", file);
  }

  groupFile(controller: "cpu" | "cpuacct" | "memory", file: string): string {
    return `${mountOf(controller)}/lxc.payload.${this.name}/${file}`;
  }

  close(): void {
    const words = ["-P", this.#folder, "-n", this.name];
    spawnSync("lxc-destroy", [...words, "-f"], { stdio: "ignore" });
    rmSync(this.#folder, { recursive: true });
    const isOurs = (group: string): boolean =>
      group.includes(this.name) || group.endsWith("/lxc.pivot");
    for (const group of lxcGroups()) {
      if (!this.#groupsBefore.has(group) && isOurs(group)) removeWhenEmpty(group);
    }
  }
}

/** Folders carry the id of who made them: what runs that were killed left, container and all, goes. */
function removeLeftovers(): void {
  for (const entry of readdirSync(tmpdir())) {
    const pid = new RegExp(`^${folderPrefix}(\\d+)-`).exec(entry)?.[1];
    if (pid === undefined || existsSync(`/proc/${pid}`)) continue;
    const folder = join(tmpdir(), entry);
    for (const name of readdirSync(folder)) {
      spawnSync("lxc-destroy", ["-P", folder, "-n", name, "-f"], { stdio: "ignore" });
      for (const group of lxcGroups()) if (group.endsWith(`.${name}`)) removeWhenEmpty(group);
    }
    rmSync(folder, { recursive: true, force: true });
  }
}

const mounts = (): readonly string[] =>
  isUnified ? [cgroupRoot] : readdirSync(cgroupRoot).map((name) => join(cgroupRoot, name));

const lxcGroups = (): readonly string[] =>
  mounts().flatMap((mount) =>
    readdirSync(mount)
      .filter((name) => name.startsWith("lxc."))
      .map((name) => join(mount, name)),
  );

function removeWhenEmpty(group: string): void {
  try {
    rmdirSync(group);
  } catch {
    // Another container of this machine uses it by now.
  }
}
