import type { Engine, StructureName } from "@sc/domain";
import type { GroupRef } from "./cgroup.ts";

/** A container that runs now, as its engine knows it. */
export interface FoundContainer {
  readonly engine: Engine;
  readonly name: StructureName;
  readonly group: GroupRef;
}

/** Something that looks like a container and cannot be taken as one: reported, never in the way. */
export interface FinderProblem {
  /** What was found, made safe to print. */
  readonly what: string;
  readonly code: "SC_NAME_INVALID" | "SC_FINDER_UNREADABLE" | "SC_NAME_TAKEN";
  readonly text: string;
}

export interface FinderAnswer {
  readonly containers: readonly FoundContainer[];
  readonly problems: readonly FinderProblem[];
}

/** Finds the containers of one engine on this host. */
export interface ContainerFinder {
  readonly engine: Engine;
  find(): FinderAnswer;
  /** Whether a group can be a container of this engine: what is not may never be written. */
  owns(group: GroupRef): boolean;
  /** Calls back when containers may have come or gone; a slow look stays necessary. */
  watch(onChange: () => void): { cancel(): void };
}
