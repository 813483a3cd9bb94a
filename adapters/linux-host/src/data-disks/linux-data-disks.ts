/*
 * Which device to limit for what a container keeps at a path. The limit goes to the whole device that the
 * requests of the file system pass first:
 *
 *     partition        its disk, as the kernel limits no partition
 *     loop, dm, md     the device itself. Refused: the disk below. What a loop device writes there, it writes
 *                      for all at once and later: of a limit of 5 MB/s there 1.9 GB/s went through
 *     overlay          what its upper folder lies on
 *     btrfs            the one device it is made of; none where it spreads over several
 *     zfs              none: its own threads write, for all at once
 *     tmpfs, nfs, …    none
 */
import { readFileSync, statSync } from "node:fs";
import { basename, join, normalize } from "node:path";
import type { DataDiskAnswer, DataDisks, DataPlace } from "@sc/ports";
import { BlockDevices } from "./block-devices.ts";
import { type Mount, mountOf, parseMounts } from "./parse-mounts.ts";

export interface LinuxDataDisksOptions {
  /** Where the kernel's two trees are mounted; defaults `/proc` and `/sys`. */
  readonly proc?: string;
  readonly sys?: string;
}

/** An overlay may lie on another, and a loop device on an overlay. */
const depthMax = 4;

export class LinuxDataDisks implements DataDisks {
  readonly #proc: string;
  readonly #sys: string;

  constructor({ proc = "/proc", sys = "/sys" }: LinuxDataDisksOptions = {}) {
    this.#proc = proc;
    this.#sys = sys;
  }

  find({ path, processId }: DataPlace): DataDiskAnswer {
    const mounts = this.#mountsOf(processId === undefined ? "self" : String(processId));
    if (mounts === undefined) return { kind: "gone" };
    return this.#diskAt(mounts, path, depthMax);
  }

  #diskAt(mounts: readonly Mount[], path: string, depth: number): DataDiskAnswer {
    const mount = path.startsWith("/") ? mountOf(mounts, normalize(path)) : undefined;
    if (mount === undefined) return none("no-mount", `nothing is mounted that holds ${path}`);
    if (mount.fileSystem === "overlay") return this.#belowOverlay(mount, path, depth);
    if (mount.fileSystem === "btrfs") return this.#ofBtrfs(mount, depth);
    return this.#ofDevice(mount, mount.device, depth);
  }

  #ofDevice(mount: Mount, device: string, depth: number): DataDiskAnswer {
    const { mountPoint, source, fileSystem } = mount;
    if (fileSystem === "zfs")
      return none("not-charged", `${mountPoint} is zfs, which writes for all at once`);
    const found = device.startsWith("0:") ? undefined : this.#devices(depth).find(device);
    if (found === undefined)
      return none("no-disk", `${mountPoint} is ${fileSystem} of ${source}, which is no disk here`);
    return { kind: "found", disk: { ...found, mountPoint, source, fileSystem } };
  }

  #ofBtrfs(mount: Mount, depth: number): DataDiskAnswer {
    const members = this.#devices(depth).countBtrfsMembers(basename(mount.source));
    if (members === 1) return this.#ofDevice(mount, deviceOf(mount.source), depth);
    return none("several-disks", `${mount.mountPoint} is btrfs on ${members} devices`);
  }

  #belowOverlay({ options }: Mount, path: string, depth: number): DataDiskAnswer {
    const prefix = "upperdir=";
    const upper = options.find((option) => option.startsWith(prefix))?.slice(prefix.length);
    const host = depth === 0 ? undefined : this.#mountsOf("self");
    if (upper === undefined || host === undefined)
      return none("no-disk", `${path} is an overlay without a folder to write to`);
    return this.#diskAt(host, upper, depth - 1);
  }

  #devices(depth: number): BlockDevices {
    return new BlockDevices({
      sys: this.#sys,
      wholeDisksOfFile: (path) => {
        const host = depth === 0 ? undefined : this.#mountsOf("self");
        const answer = host && this.#diskAt(host, path, depth - 1);
        return answer?.kind === "found" ? answer.disk.wholeDisks : [];
      },
    });
  }

  #mountsOf(process: string): readonly Mount[] | undefined {
    try {
      return parseMounts(readFileSync(join(this.#proc, process, "mountinfo"), "utf8"));
    } catch {
      return undefined;
    }
  }
}

/** As glibc puts the two numbers of a device file into one. */
function deviceOf(path: string): string {
  const rdev = statSync(path, { throwIfNoEntry: false })?.rdev ?? 0;
  return `${(rdev >> 8) & 0xfff}:${(rdev & 0xff) | ((rdev >> 12) & 0xfff00)}`;
}

const none = (
  code: Extract<DataDiskAnswer, { kind: "not-limitable" }>["code"],
  text: string,
): DataDiskAnswer => ({ kind: "not-limitable", code, text });
