import type { ByRate } from "@sc/domain";
import type {
  Clock,
  ControlGroup,
  DataDisk,
  DataDisks,
  DiskDirection,
  DiskLimit,
  RateWriteOutcome,
  RestoreEntry,
} from "@sc/ports";
import { LookedUp } from "./looked-up.ts";

type DiskResource = "disk_read" | "disk_write";

const directions: Readonly<Record<DiskResource, DiskDirection>> = {
  disk_read: "read",
  disk_write: "write",
};
const diskResources = ["disk_read", "disk_write"] as const;
const bytesPerMib = 1_048_576;
/** The kernel takes no limit of 0, and on v1 takes it for none. */
const bytesLeast = 4096;
/** What a container keeps lies below its root, unless its owner mounted something there. */
const dataPath = "/";
const bufferedWrites =
  "cgroup v1 holds direct and synced writes only: what goes through the page cache is not held";

/** The disk that one container's data lies on. */
export class ContainerDisk {
  readonly #group: ControlGroup;
  readonly #disks: DataDisks;
  readonly #disk: LookedUp<DataDisk>;

  constructor(group: ControlGroup, deps: { readonly clock: Clock; readonly disks: DataDisks }) {
    this.#group = group;
    this.#disks = deps.disks;
    this.#disk = new LookedUp(deps.clock);
  }

  get found(): DataDisk | undefined {
    return this.#disk.found;
  }

  get caveats(): ByRate<string> {
    const { why } = this.#disk;
    if (why !== undefined) return { disk_read: why, disk_write: why };
    const isHeld = this.#disk.found === undefined || this.#group.holdsBufferedWrites;
    return isHeld ? {} : { disk_write: bufferedWrites };
  }

  /** Of the disk as it is known: it is looked for with the limits, which are read less often. */
  readTotals(): ByRate<number> {
    const disk = this.#disk.found;
    const uses = disk && this.#group.readDiskUse();
    if (disk === undefined || uses === undefined) return {};
    // A group that has not used it yet has no line for it.
    const use = uses.find(({ device }) => device === disk.device);
    return {
      disk_read: (use?.bytesRead ?? 0) / bytesPerMib,
      disk_write: (use?.bytesWritten ?? 0) / bytesPerMib,
    };
  }

  readLimits(): ByRate<number | null> {
    const limit = this.#limit();
    if (limit === undefined) return {};
    return {
      disk_read: mibOf(limit.readBytesPerSecond),
      disk_write: mibOf(limit.writeBytesPerSecond),
    };
  }

  write(resource: DiskResource, mib: number | null): RateWriteOutcome {
    const limit = this.#limit();
    if (limit === undefined) {
      if (!this.#group.exists()) return { kind: "gone" };
      const text = this.#disk.why ?? "nothing limits disks here";
      return { kind: "refused", refusal: { code: "no-controller", text } };
    }
    const written = this.#group.writeDiskLimit(withMib(limit, resource, mib));
    if (written.kind === "refused" || written.kind === "gone") return written;
    const held = partOf(written.limit, resource);
    return { kind: written.kind, amount: mibOf(held) };
  }

  restoreEntry(resource: DiskResource, mib: number | null | undefined): RestoreEntry | undefined {
    const disk = this.#disk.found;
    if (disk === undefined || mib === undefined) return undefined;
    const limit = withMib(noLimit(disk), resource, mib);
    return this.#group.diskRestoreEntry(limit, directions[resource]);
  }

  limitsOfEntries(entries: readonly RestoreEntry[]): ByRate<number | null> {
    const disk = this.#look();
    if (disk === undefined) return {};
    const found = diskResources.flatMap((resource) => {
      const of = { device: disk.device, direction: directions[resource] };
      const limits = entries.map((entry) => this.#group.diskLimitOfEntry(entry, of));
      const bytes = limits.find((limit) => limit !== undefined);
      return bytes === undefined ? [] : [[resource, mibOf(bytes)]];
    });
    return Object.fromEntries(found);
  }

  /** Through one of its processes: a group without any has nothing to read or write. */
  #look(): DataDisk | undefined {
    if (!this.#disk.isDue) return this.#disk.found;
    const [processId] = this.#group.readProcessIds(1) ?? [];
    if (processId === undefined) return undefined;
    const answer = this.#disks.find({ path: dataPath, processId });
    if (answer.kind === "found") this.#disk.find(answer.disk);
    else if (answer.kind === "not-limitable") this.#disk.miss(answer.text);
    return this.#disk.found;
  }

  #limit(): DiskLimit | undefined {
    const disk = this.#look();
    const limits = disk && this.#group.readDiskLimits();
    if (disk === undefined || limits === undefined) return undefined;
    return limits.find(({ device }) => device === disk.device) ?? noLimit(disk);
  }
}

const noLimit = ({ device }: DataDisk): DiskLimit => ({
  device,
  readBytesPerSecond: null,
  writeBytesPerSecond: null,
});

const partOf = (limit: DiskLimit, resource: DiskResource): number | null =>
  resource === "disk_read" ? limit.readBytesPerSecond : limit.writeBytesPerSecond;

function withMib(limit: DiskLimit, resource: DiskResource, mib: number | null): DiskLimit {
  const bytes = mib === null ? null : Math.max(Math.round(mib * bytesPerMib), bytesLeast);
  return resource === "disk_read"
    ? { ...limit, readBytesPerSecond: bytes }
    : { ...limit, writeBytesPerSecond: bytes };
}

const mibOf = (bytes: number | null): number | null =>
  bytes === null ? null : bytes / bytesPerMib;
