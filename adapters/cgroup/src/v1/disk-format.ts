import type { DiskDirection, DiskLimit, DiskUse } from "@sc/ports";
import type { FileStep } from "../files/cpu-limit-files.ts";
import { bytesOf, type DiskFormat } from "../files/disk-files.ts";

const readFile = "blkio.throttle.read_bps_device";
const writeFile = "blkio.throttle.write_bps_device";

/** Disks on v1: `8:0 Read 4096` is what was used, `8:0 1048576` a limit, and 0 takes it away. */
export const diskFormat: DiskFormat = {
  useFile: "blkio.throttle.io_service_bytes_recursive",
  limitFiles: [readFile, writeFile],
  parseUse: (text) => {
    const uses = new Map<string, DiskUse>();
    for (const [, device = "", way, bytes] of text.matchAll(
      /^(\d+:\d+) (Read|Write) (\d{1,20})$/gm,
    )) {
      const known = uses.get(device) ?? { device, bytesRead: 0, bytesWritten: 0 };
      const part = way === "Read" ? "bytesRead" : "bytesWritten";
      uses.set(device, { ...known, [part]: Number(bytes) });
    }
    return [...uses.values()];
  },
  parseLimits: ([reads = "", writes = ""]) => {
    const [readLimits, writeLimits] = [limitsIn(reads), limitsIn(writes)];
    const devices = new Set([...readLimits.keys(), ...writeLimits.keys()]);
    return [...devices].map((device) => ({
      device,
      readBytesPerSecond: readLimits.get(device) ?? null,
      writeBytesPerSecond: writeLimits.get(device) ?? null,
    }));
  },
  steps: (from, to) =>
    directions
      .filter((direction) => bytesOf(from, direction) !== bytesOf(to, direction))
      .map((direction) => stepOf(to, direction)),
  step: (limit, direction) => stepOf(limit, direction),
  // The kernel writes the page cache back in a thread of its own, which is in no group.
  holdsBufferedWrites: false,
};

const directions = ["read", "write"] as const;

const stepOf = (limit: DiskLimit, direction: DiskDirection): FileStep => ({
  file: direction === "read" ? readFile : writeFile,
  value: `${limit.device} ${bytesOf(limit, direction) ?? 0}`,
});

/** Of a line of the kernel, or of one of ours, where 0 takes a limit away. */
const limitsIn = (text: string): ReadonlyMap<string, number> =>
  new Map(
    [...text.matchAll(/^(\d+:\d+) ([1-9]\d{0,19})$/gm)].map(([, device = "", limit]) => [
      device,
      Number(limit),
    ]),
  );
