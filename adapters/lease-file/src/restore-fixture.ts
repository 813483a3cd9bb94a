import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir, uptime } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import type { RestoreEntry } from "@sc/ports";
import { formatRestoreEntry, formatRestoreList } from "./restore-list.ts";
import { writeWholeFile } from "./whole-file.ts";

/** For the tests of `packaging/sc-restore`: a run folder, groups, and the real script. */
export const scriptPath = fileURLToPath(new URL("../../../packaging/sc-restore", import.meta.url));
export const thisBoot = readFileSync("/proc/sys/kernel/random/boot_id", "latin1").trim();
export const cpuMount = "/sys/fs/cgroup/cpu";
export const cannotUseCgroups =
  process.getuid?.() === 0 && existsSync(`${cpuMount}/cpu.cfs_quota_us`)
    ? false
    : "needs root and the cpu controller on cgroup v1";

export const inodeOf = (folder: string): string => String(statSync(folder).ino);

/** An entry that sets files of a folder, in the order given. */
export function entryFor(folder: string, steps: readonly (readonly [string, string])[]) {
  return {
    resource: "cpu",
    inode: inodeOf(folder),
    folder,
    steps: steps.map(([name, value]) => ({ file: `${folder}/${name}`, value })),
  } satisfies RestoreEntry;
}

export class RestoreFixture {
  readonly root = mkdtempSync(join(tmpdir(), "sc-restore-"));
  readonly runFolder = join(this.root, "run");
  readonly #groups: string[] = [];
  readonly #children: ChildProcess[] = [];

  constructor() {
    mkdirSync(this.runFolder);
  }

  /** A folder of ordinary files that stands for a group; made again, it is another group. */
  makeFolder(name: string, files: Readonly<Record<string, string>>): string {
    const folder = join(this.root, name);
    mkdirSync(folder, { recursive: true });
    for (const [file, value] of Object.entries(files))
      writeFileSync(join(folder, file), `${value}\n`);
    return folder;
  }

  /** A real group below the cpu controller; removed with the fixture. */
  makeGroup(name: string): string {
    const folder = join(cpuMount, `sc-test-${process.pid}`, name);
    for (const one of [dirname(folder), folder]) {
      if (existsSync(one)) continue;
      mkdirSync(one);
      this.#groups.push(one);
    }
    return folder;
  }

  writeList(entries: readonly RestoreEntry[], bootId = thisBoot): void {
    const lines = entries.map((entry) => {
      const formatted = formatRestoreEntry(entry);
      if (!formatted.ok) throw new Error(formatted.error.text);
      return formatted.value;
    });
    this.write("restore-list", formatRestoreList(bootId, lines));
  }

  write(name: string, text: string): void {
    writeFileSync(join(this.runFolder, name), text);
  }

  beat(session: string, ageSeconds = 0): void {
    // As the server does: a file that is emptied first is no sign of life for a moment.
    const line = `${session} ${(uptime() - ageSeconds).toFixed(2)}\n`;
    writeWholeFile(join(this.runFolder, "heartbeat"), line);
  }

  has(name: string): boolean {
    return existsSync(join(this.runFolder, name));
  }

  remove(name: string): void {
    rmSync(join(this.runFolder, name));
  }

  restore(...options: string[]) {
    const words = [scriptPath, "--run-folder", this.runFolder, ...options];
    const { status, stdout, stderr } = spawnSync("dash", words, { encoding: "utf8" });
    return { status, said: stdout, complained: stderr };
  }

  /** The watching form, with a lease of 3 s. */
  watch(session: string, pid: number): Watching {
    const words = ["--watch", "--run-folder", this.runFolder, "--session", session];
    const watcher = this.#spawn("dash", [
      scriptPath,
      ...words,
      "--lease-seconds",
      "3",
      "--pid",
      String(pid),
    ]);
    const said: string[] = [];
    watcher.stdout?.on("data", (chunk) => said.push(String(chunk)));
    const ended = new Promise<number | null>((resolve) => watcher.once("close", resolve));
    return { ended, said: () => said.join("") };
  }

  /** A process that stands for the server. */
  startServer(): ChildProcess & { readonly pid: number } {
    const server = this.#spawn("sleep", ["600"]);
    const { pid } = server;
    if (pid === undefined) throw new Error("sleep did not start");
    return Object.assign(server, { pid });
  }

  close(): void {
    for (const child of this.#children) child.kill("SIGKILL");
    for (const group of this.#groups.toReversed()) rmdirSync(group);
    rmSync(this.root, { recursive: true });
  }

  #spawn(program: string, words: readonly string[]): ChildProcess {
    const child = spawn(program, words, { stdio: ["ignore", "pipe", "ignore"] });
    this.#children.push(child);
    return child;
  }
}

export interface Watching {
  readonly ended: Promise<number | null>;
  said(): string;
}

export const read = (folder: string, file: string): string =>
  readFileSync(join(folder, file), "utf8").trim();

/** Waits for something that must come; gives up, loudly, when it certainly does not. */
export async function eventually(what: string, isSo: () => boolean): Promise<void> {
  for (let tries = 0; tries < 300; tries += 1) {
    if (isSo()) return;
    await setTimeout(100);
  }
  throw new Error(`never happened: ${what}`);
}
