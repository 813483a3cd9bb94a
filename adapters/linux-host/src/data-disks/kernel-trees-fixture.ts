import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { LinuxDataDisks } from "./linux-data-disks.ts";

/** A proc and a sys of a machine that tests make up, in a folder. */
export class KernelTrees {
  readonly #folder = mkdtempSync(join(tmpdir(), "sc-trees-"));
  readonly disks = new LinuxDataDisks({
    proc: join(this.#folder, "proc"),
    sys: join(this.#folder, "sys"),
  });

  /** `rows`: device, mount point, file system, source, options. */
  mounts(process: string, rows: readonly (readonly string[])[]): void {
    const lines = rows.map(
      ([device, place, type, source, options = "rw"]) =>
        `27 1 ${device} / ${place} rw,relatime shared:1 - ${type} ${source} ${options}\n`,
    );
    this.write(`proc/${process}/mountinfo`, lines.join(""));
  }

  /** `path` below /sys/devices, its last word the name. */
  device(path: string, number: string, files: Readonly<Record<string, string>> = {}): void {
    const folder = join("sys/devices", path);
    this.write(join(folder, "dev"), `${number}\n`);
    for (const [file, text] of Object.entries(files)) this.write(join(folder, file), text);
    this.link(join("sys/dev/block", number), folder);
  }

  slave(path: string, of: string): void {
    const name = path.slice(path.lastIndexOf("/") + 1);
    this.link(join("sys/devices", of, "slaves", name), join("sys/devices", path));
  }

  write(path: string, text: string): void {
    const file = join(this.#folder, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }

  link(from: string, to: string): void {
    mkdirSync(dirname(join(this.#folder, from)), { recursive: true });
    symlinkSync(join(this.#folder, to), join(this.#folder, from));
  }

  close(): void {
    rmSync(this.#folder, { recursive: true });
  }
}
