import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { KernelCgroups } from "@sc/cgroup";
import { RealGroups } from "@sc/cgroup/testing";
import { LinuxDataDisks } from "@sc/linux-host";
import type { ControlGroup, DataDisk, Log } from "@sc/ports";

const silent: Log = { info: () => undefined, warn: () => undefined, error: () => undefined };
const bytesPerMib = 1_048_576;
/** What the second kernel has to write to; elsewhere a file is made a disk of. */
const secondKernelsDisk = "/dev/ubda";
const diskMib = 128;

/** How a program writes: into the page cache, past it, or into it and then it waits for the disk. */
export type Writing = "buffered" | "direct" | "synced";
const flags: Readonly<Record<Writing, readonly string[]>> = {
  buffered: [],
  direct: ["oflag=direct"],
  synced: ["conv=fsync"],
};

/** A disk of its own with a file system, and a group whose processes write to it. */
export class DiskScene {
  readonly folder = mkdtempSync(join(tmpdir(), "sc-disk-"));
  readonly group: ControlGroup;
  readonly #groups = new RealGroups("disk");
  readonly #cgroups = new KernelCgroups({ isContainerGroup: () => true, log: silent });
  #loop: string | undefined;

  constructor() {
    const path = `${this.#groups.root}/web`;
    this.#groups.make(path);
    const opened = this.#cgroups.open({ path });
    if (!opened.ok) throw new Error(opened.error.text);
    this.group = opened.value;
    mkdirSync(this.#mountPoint);
    const device = this.#device();
    execFileSync("mkfs.ext4", ["-q", "-F", device]);
    execFileSync("mount", [device, this.#mountPoint]);
  }

  get #mountPoint(): string {
    return join(this.folder, "data");
  }

  #device(): string {
    if (existsSync(secondKernelsDisk)) return secondKernelsDisk;
    const image = join(this.folder, "image");
    writeFileSync(image, "");
    truncateSync(image, diskMib * bytesPerMib);
    const loop = execFileSync("losetup", ["--find", "--show", image], { encoding: "utf8" }).trim();
    this.#loop = loop;
    return loop;
  }

  /** As a process of the group sees it. */
  async find(): Promise<DataDisk> {
    const child = this.#groups.run(this.group.ref.path, "sleep 600");
    await new Promise((settle) => child.once("spawn", settle));
    const answer = new LinuxDataDisks().find({
      path: join(this.#mountPoint, "web/file"),
      ...(child.pid !== undefined && { processId: child.pid }),
    });
    if (answer.kind !== "found") throw new Error(JSON.stringify(answer));
    return answer.disk;
  }

  /** What the group's processes wrote so, in MiB per second. */
  async write(mib: number, writing: Writing): Promise<number> {
    const file = join(this.#mountPoint, "file");
    const copy = ["dd", "if=/dev/zero", `of='${file}'`, "bs=64k", `count=${mib * 16}`];
    const began = performance.now();
    const child = this.#groups.run(this.group.ref.path, [...copy, ...flags[writing]].join(" "));
    const status = await new Promise((settle) => child.once("exit", settle));
    if (status !== 0) throw new Error(`dd ended with ${String(status)}`);
    const seconds = (performance.now() - began) / 1000;
    rmSync(file);
    return mib / seconds;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.group.close();
    await this.#groups.close();
    await this.#cgroups.close();
    execFileSync("umount", [this.#mountPoint]);
    if (this.#loop !== undefined) execFileSync("losetup", ["--detach", this.#loop]);
    rmSync(this.folder, { recursive: true });
  }
}

/** Why this machine lets no test make a disk. */
export function whyNoDisk(): string | false {
  const isThere = (name: string): boolean => existsSync(`/usr/sbin/${name}`);
  return isThere("mkfs.ext4") && isThere("losetup") ? false : "needs mkfs.ext4 and losetup";
}
