import type { LimitsBefore, Resource, Result, StructureName } from "@sc/domain";

/** In each resource's unit. */
export type WantedLimits = Readonly<Partial<Record<Resource, number>>>;

/** How a container gets what it is subscribed with: its limits, and cores where its host hands them out. */
export interface Admission {
  /** All of it or nothing; an error says what is short. The limits are the owner's from then on. */
  admit(name: StructureName, wanted: WantedLimits): Promise<Result<void, string>>;
  /**
   * Undoes an admission, also one a process died in: what holds a wanted limit gets the one it had before.
   * Asked again, it changes nothing. An error says what could not be put back.
   */
  undo(
    name: StructureName,
    limits: { readonly wanted: WantedLimits; readonly before: LimitsBefore },
  ): Promise<Result<void, string>>;
  /** Puts the owner's limits back, and ends what it has of cores; `which` = of these resources alone. */
  leave(name: StructureName, which?: readonly Resource[]): Promise<void>;
}
