import type { MemoryShape } from "./memory-shape.ts";

/** A program as its memory goes: what it would hold if nothing stopped it, and how it uses files. */
export interface MemoryProgram extends MemoryShape {
  /** Files that are read over and over, at random; what `cachedMibAt` tells of is read once. */
  readonly workingSet?: WorkingSet;
}

export interface WorkingSet {
  readonly mib: number;
  /** How much of it is read a second. */
  readonly mibPerSecond: number;
}
