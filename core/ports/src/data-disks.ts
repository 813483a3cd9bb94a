/** Finds the disk that a container's data lies on, so that its limit can be written and booked. */
export interface DataDisks {
  find(place: DataPlace): DataDiskAnswer;
}

export interface DataPlace {
  /** Absolute. Of the process' own root where one is given. */
  readonly path: string;
  /** A process that sees the path as the container does; absent: as the host does. */
  readonly processId?: number;
}

export interface DataDisk {
  /** Where limits are written: `8:0`. The whole device that the file system's requests pass first. */
  readonly device: string;
  /** As the kernel calls it: `sda`, `dm-0`, `loop3`. */
  readonly name: string;
  /** The disks that lie below all of it: `sda`. Of these a host has a capacity. */
  readonly wholeDisks: readonly string[];
  readonly mountPoint: string;
  /** As it was mounted: `/dev/sda1`. */
  readonly source: string;
  readonly fileSystem: string;
}

export type DataDiskAnswer =
  | { readonly kind: "found"; readonly disk: DataDisk }
  | {
      readonly kind: "not-limitable";
      readonly code: "no-mount" | "no-disk" | "several-disks" | "not-charged";
      readonly text: string;
    }
  /** The process is. */
  | { readonly kind: "gone" };
