import type { DiskLimit, DiskUse } from "@sc/ports";

/** What one simulated group reads and writes on each device; limits are kept, and hold nothing. */
export class Disks {
  readonly #limits = new Map<string, DiskLimit>();
  readonly #uses = new Map<string, DiskUse>();

  get uses(): readonly DiskUse[] {
    return [...this.#uses.values()];
  }

  /** Those that limit something. */
  get limits(): readonly DiskLimit[] {
    return [...this.#limits.values()].filter(
      (limit) => limit.readBytesPerSecond !== null || limit.writeBytesPerSecond !== null,
    );
  }

  limitOf(device: string): DiskLimit {
    const none = { device, readBytesPerSecond: null, writeBytesPerSecond: null };
    return this.#limits.get(device) ?? none;
  }

  setLimit(limit: DiskLimit): void {
    this.#limits.set(limit.device, limit);
  }

  read(device: string, bytes: number): void {
    const before = this.#uses.get(device) ?? { device, bytesRead: 0, bytesWritten: 0 };
    this.#uses.set(device, { ...before, bytesRead: before.bytesRead + bytes });
  }
}
