import type { CoreId, StructureName } from "@sc/domain";

/** How containers are laid on the cores of a host, as it was configured or declared. */
export interface CorePlacement {
  /**
   * The host's cores in the order they are handed out; `shared` = containers run on all of them;
   * `unknown` = what was declared has not been read yet, and nothing is changed.
   */
  order(): readonly CoreId[] | "shared" | "unknown";
  /** Whether it is to have cores of its own whoever decides about its limit: it was subscribed. */
  isSubscribed(name: StructureName): boolean;
}

export const sharedPlacement: CorePlacement = {
  order: () => "shared",
  isSubscribed: () => false,
};
