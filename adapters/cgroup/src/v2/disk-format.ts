import type { DiskDirection, DiskLimit } from "@sc/ports";
import { bytesOf, type DiskFormat } from "../files/disk-files.ts";

const limitFile = "io.max";
/** No number of the kernel has more digits; a double would have no end for it. */
const line = /^(\d+:\d+)((?: \w+=(?:\d{1,20}|max))+)$/gm;

/** Disks on v2: `8:0 rbytes=4096 wbytes=0 …` is what was used, `8:0 rbps=max wbps=1048576 …` a limit. */
export const diskFormat: DiskFormat = {
  useFile: "io.stat",
  limitFiles: [limitFile],
  parseUse: (text) =>
    linesOf(text).flatMap(({ device, numberOf }) => {
      const [bytesRead, bytesWritten] = [numberOf("rbytes"), numberOf("wbytes")];
      if (typeof bytesRead !== "number" || typeof bytesWritten !== "number") return [];
      return [{ device, bytesRead, bytesWritten }];
    }),
  parseLimits: ([text = ""]) =>
    linesOf(text)
      .map(({ device, numberOf }) => ({
        device,
        readBytesPerSecond: numberOf("rbps") ?? null,
        writeBytesPerSecond: numberOf("wbps") ?? null,
      }))
      .filter(isLimited),
  steps: (from, to) => {
    const changed = directions.filter(
      (direction) => bytesOf(from, direction) !== bytesOf(to, direction),
    );
    if (changed.length === 0) return [];
    const words = changed.map((direction) => wordOf(to, direction));
    return [{ file: limitFile, value: [to.device, ...words].join(" ") }];
  },
  step: (limit, direction) => ({
    file: limitFile,
    value: `${limit.device} ${wordOf(limit, direction)}`,
  }),
  holdsBufferedWrites: true,
};

const directions = ["read", "write"] as const;

const wordOf = (limit: DiskLimit, direction: DiskDirection): string =>
  `${direction === "read" ? "rbps" : "wbps"}=${bytesOf(limit, direction) ?? "max"}`;

interface DeviceLine {
  readonly device: string;
  /** `null` for `max`, `undefined` when the key is not there. */
  readonly numberOf: (key: string) => number | null | undefined;
}

function linesOf(text: string): readonly DeviceLine[] {
  return [...text.matchAll(line)].map(([, device = "", pairs = ""]) => ({
    device,
    numberOf: (key) => {
      const value = new RegExp(` ${key}=(\\w+)`).exec(pairs)?.[1];
      if (value === undefined) return undefined;
      return value === "max" ? null : Number(value);
    },
  }));
}

const isLimited = ({ readBytesPerSecond, writeBytesPerSecond }: DiskLimit): boolean =>
  readBytesPerSecond !== null || writeBytesPerSecond !== null;
