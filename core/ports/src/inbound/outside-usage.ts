import type { OutsideOrigin, Resource, StructureName, WallSeconds } from "@sc/domain";

/** What somebody else measured of one resource of one container, whole and ready to decide on. */
export interface OutsideReading {
  readonly structure: StructureName;
  readonly resource: Resource;
  /** Mean over the window, in the resource's unit. */
  readonly used: number;
  /** `undefined` where nobody knows since when: the first of a row. */
  readonly windowSeconds: number | undefined;
}

/** Takes what others measure for the guardian; what is of no container here is dropped. */
export interface UsageIntake {
  take(origin: OutsideOrigin, readings: readonly OutsideReading[]): void;
}

/** What one posted series says of a container; summed over its processes. */
export type PostedPart =
  | "cpuUser"
  | "cpuKernel"
  | "memResident"
  | "diskReads"
  | "diskWrites"
  | "netIn"
  | "netOut"
  /** Says nothing of a container's use, but that its sender lives. */
  | "sign";

/** One value of one process at one time; the same process and time again takes its place. */
export interface PostedPoint {
  /** The sender's host name, which is the container's name. */
  readonly host: string;
  readonly part: PostedPart;
  readonly process: string;
  readonly stamp: WallSeconds;
  readonly value: number;
}

/** Makes whole samples of points that come a few at a time, late, doubled and out of order. */
export interface PostedUsage {
  take(point: PostedPoint): void;
  /** A point of this time was refused, so that no sum of it is whole; without a part, of none of them. */
  spoil(missing: Pick<PostedPoint, "host"> & Partial<Pick<PostedPoint, "part" | "stamp">>): void;
}
