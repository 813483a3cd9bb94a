import type { ByCatalogued } from "./catalogued-resource.ts";
import type { RunState } from "./run-state.ts";
import type { Boundary } from "./settings.ts";
import type { StructureName } from "./structure-name.ts";

/** Containers that do one thing together, with limits for their sum. */
export interface Application {
  readonly containers: readonly StructureName[];
  readonly isGuarded: boolean;
  readonly state: RunState;
  readonly resources: ByCatalogued<ApplicationResource>;
  readonly programs: ApplicationPrograms;
}

export interface ApplicationResource {
  readonly min: number;
  readonly max: number;
  readonly isGuarded: boolean;
  readonly weight?: number;
  readonly boundary?: Boundary;
  /** Of energy alone, which nobody here measures: what was set. */
  readonly current?: number;
}

/** How it is installed and run: kept for the client that does it, and never looked into. */
export interface ApplicationPrograms {
  readonly installScript: string;
  readonly installFiles: string;
  readonly runtimeFiles: string;
  readonly outputDir: string;
  readonly startScript: string;
  readonly stopScript: string;
  readonly framework?: string;
}
