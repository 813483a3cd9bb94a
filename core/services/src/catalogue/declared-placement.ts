import { type StructureName, sharesPerCore } from "@sc/domain";
import type { CatalogueState } from "./catalogue-state.ts";

/** How containers are laid on this host's cores, as far as anybody declared it. */
export interface DeclaredPlacement {
  /** So many cores may be handed out; `undefined` = all. */
  readonly coresMax: number | undefined;
}

export function placementOf(
  hosts: CatalogueState["declared-host"],
  isLocalHost: (name: StructureName) => boolean,
): DeclaredPlacement {
  const [, declared] = [...hosts].find(([name]) => isLocalHost(name)) ?? [];
  const max = declared?.content.resources.cpu?.max;
  return {
    coresMax: max === undefined ? undefined : Math.max(1, Math.ceil(max / sharesPerCore)),
  };
}
