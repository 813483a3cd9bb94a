import type { ByCatalogued } from "./catalogued-resource.ts";
import type { StructureName } from "./structure-name.ts";

/** Whom applications belong to, with limits for their sum. */
export interface User {
  readonly applications: readonly StructureName[];
  readonly resources: ByCatalogued<UserResource>;
  /** How the applications are to be balanced: kept and answered. */
  readonly balancingMethod?: string;
}

export interface UserResource {
  readonly min: number;
  readonly max: number;
  /** Of energy alone: what was set. */
  readonly current?: number;
}
