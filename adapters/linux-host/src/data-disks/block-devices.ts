import { existsSync, readdirSync, readFileSync, realpathSync } from "node:fs";
import { basename, dirname, join } from "node:path";

/** More layers than this stand on no machine; it ends a tree that leads into itself. */
const layersMax = 8;

export interface BlockDevice {
  /** The whole device: of a partition the disk it is part of, as the kernel limits no partition. */
  readonly device: string;
  readonly name: string;
  /** Names of the disks at the bottom. */
  readonly wholeDisks: readonly string[];
}

export interface BlockDevicesDeps {
  /** Mount point of sysfs. */
  readonly sys: string;
  /** Which devices a file of the host lies on; a loop device is made of one. */
  readonly wholeDisksOfFile: (path: string) => readonly string[];
}

/** The kernel's tree of block devices. */
export class BlockDevices {
  readonly #deps: BlockDevicesDeps;

  constructor(deps: BlockDevicesDeps) {
    this.#deps = deps;
  }

  /** `device` as the kernel numbers it: `8:1`. */
  find(device: string): BlockDevice | undefined {
    const folder = this.#wholeFolderOf(join(this.#deps.sys, "dev/block", device));
    const number = folder && textOf(join(folder, "dev"));
    if (folder === undefined || number === undefined) return undefined;
    const wholeDisks = [...new Set(this.#wholeDisksBelow(folder, layersMax))].sort();
    return { device: number, name: basename(folder), wholeDisks };
  }

  /** How many devices the file system of btrfs spreads over, one of which is named. */
  countBtrfsMembers(name: string): number {
    const root = join(this.#deps.sys, "fs/btrfs");
    for (const entry of entriesOf(root)) {
      const members = entriesOf(join(root, entry, "devices"));
      if (members.includes(name)) return members.length;
    }
    return 1;
  }

  #wholeFolderOf(link: string): string | undefined {
    const folder = realPathOf(link);
    if (folder === undefined) return undefined;
    return existsSync(join(folder, "partition")) ? dirname(folder) : folder;
  }

  #wholeDisksBelow(folder: string, layers: number): readonly string[] {
    const own = [basename(folder)];
    if (layers === 0) return own;
    const file = textOf(join(folder, "loop/backing_file"));
    const below =
      file === undefined
        ? entriesOf(join(folder, "slaves")).flatMap((name) => {
            const slave = this.#wholeFolderOf(join(folder, "slaves", name));
            return slave === undefined ? [] : this.#wholeDisksBelow(slave, layers - 1);
          })
        : this.#deps.wholeDisksOfFile(file);
    return below.length === 0 ? own : below;
  }
}

function textOf(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8").trim();
  } catch {
    return undefined;
  }
}

function entriesOf(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function realPathOf(path: string): string | undefined {
  try {
    return realpathSync(path);
  } catch {
    return undefined;
  }
}
