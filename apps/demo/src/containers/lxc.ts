import { type ChildProcess, execFile, spawn } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";
import { DemoFailed } from "../errors.ts";
import { type DemoContainers, periodUs, quotaUsOf } from "./containers.ts";
import { readHierarchies, removeGroupEverywhere } from "./hierarchies.ts";

const run = promisify(execFile);
const programs = ["lxc-create", "lxc-start", "lxc-attach", "lxc-stop", "busybox"] as const;

export function isLxcInstalled(searchPath = process.env.PATH ?? ""): boolean {
  const folders = searchPath.split(delimiter);
  return programs.every((program) => folders.some((folder) => existsSync(join(folder, program))));
}

/** Whether LXC left its empty group here before the demo ran: then it is not the demo's to remove. */
export const hasPivotGroup = (): boolean =>
  readHierarchies().some(({ mount }) => existsSync(`${mount}/lxc.pivot`));

export interface LxcOptions {
  /** The containers' folders are made in it; nothing of the host's own LXC is touched. */
  readonly folder: string;
  readonly names: readonly string[];
  /** One file, bound into the containers next to Node. */
  readonly programFile: string;
  readonly hadPivotGroup: boolean;
}

/** Containers of busybox, with Node and one program bound into them, and without any network. */
export class LxcContainers implements DemoContainers {
  readonly kind = "lxc";
  readonly names: readonly string[];
  readonly engines: DemoContainers["engines"];
  readonly #options: LxcOptions;

  constructor(options: LxcOptions) {
    this.#options = options;
    this.names = options.names;
    this.engines = { lxc: { enabled: true, names: options.names }, plain: { roots: [] } };
  }

  async make(limitShares: number): Promise<void> {
    mkdirSync(this.#options.folder, { recursive: true });
    for (const name of this.names) {
      await this.#lxc("lxc-create", ["-n", name, "-t", "busybox"]);
      const file = join(this.#options.folder, name, "config");
      const made = readFileSync(file, "utf8");
      const programFile = this.#options.programFile;
      writeFileSync(file, containerConfiguration(made, { limitShares, programFile }));
      await this.#lxc("lxc-start", ["-n", name]);
    }
  }

  spawn(name: string, args: readonly string[]): ChildProcess {
    const { folder } = this.#options;
    const attach = ["-n", name, "-P", folder, "--clear-env", "--"];
    // Not of the terminal's process group: at Ctrl-C the demo ends it, in its order.
    return spawn("lxc-attach", [...attach, nodeInside, programInside, ...args], {
      stdio: ["pipe", "pipe", "pipe"],
      detached: true,
    });
  }

  async remove(): Promise<void> {
    for (const name of this.names) {
      // Fails when it does not run, which is as well.
      await this.#lxc("lxc-stop", ["-n", name, "-k"]).catch(() => undefined);
    }
    for (const name of this.names) {
      await removeGroupEverywhere(`/lxc.payload.${name}`);
      await removeGroupEverywhere(`/lxc.monitor.${name}`);
    }
    if (!this.#options.hadPivotGroup) await removeGroupEverywhere("/lxc.pivot");
    rmSync(this.#options.folder, { recursive: true, force: true });
  }

  async #lxc(program: (typeof programs)[number], args: readonly string[]): Promise<void> {
    try {
      await run(program, [...args, "-P", this.#options.folder], { timeout: 30_000 });
    } catch (cause) {
      const text = cause instanceof Error ? cause.message : String(cause);
      throw new DemoFailed(`LXC did not do its part: ${text.trim()}`, { cause });
    }
  }
}

const nodeInside = "/opt/node";
const programInside = "/opt/workload.ts";

/**
 * The configuration that `lxc-create` made, without its network (a container that shares the host's would
 * set it up anew) and with the limit, Node and the program.
 */
export function containerConfiguration(
  made: string,
  options: { readonly limitShares: number; readonly programFile: string },
): string {
  const kept = made
    .split("\n")
    .filter((line) => !/^\s*lxc\.(net|apparmor)\./.test(line))
    .join("\n");
  const bind = (from: string, to: string): string =>
    `lxc.mount.entry = ${escapeSpaces(from)} ${to.slice(1)} none ro,bind,create=file 0 0`;
  return [
    kept.trimEnd(),
    "lxc.net.0.type = empty",
    "lxc.apparmor.profile = unconfined",
    `lxc.cgroup.cpu.cfs_period_us = ${periodUs}`,
    `lxc.cgroup.cpu.cfs_quota_us = ${quotaUsOf(options.limitShares)}`,
    bind(process.execPath, nodeInside),
    bind(options.programFile, programInside),
    "",
  ].join("\n");
}

/** As in fstab. */
const escapeSpaces = (path: string): string => path.replaceAll(" ", "\\040");
