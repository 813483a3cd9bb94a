import type { Reason } from "../reason/reason.ts";
import type { ContainerId } from "../structure/container.ts";
import type { CpuLimit } from "../structure/cpu-limit.ts";
import type { ByPresentResource } from "../structure/resource.ts";
import type { ResourceSettings } from "../structure/settings.ts";
import type { ContainerBrakes } from "./container-brakes.ts";

/** What a plan must know of one container. */
export interface PlannedContainer {
  readonly id: ContainerId;
  readonly isPaused: boolean;
  /** The cpu limit that is applied; `undefined` = not known. */
  readonly cpuLimit: CpuLimit | undefined;
  /** `undefined`: its limit is not known yet, so it is not planned. */
  readonly resources: ByPresentResource<PlannedResource | undefined>;
}

export interface PlannedResource {
  /** In the resource's unit; `null` = no limit. */
  readonly limit: number | null;
  readonly settings: ResourceSettings;
  readonly brakes: ContainerBrakes;
  /** No limit may be below; 0 where nothing is lost by a low one. */
  readonly floor: number;
  /** An order is under way whose answer has not come. */
  readonly isAwaitingAnswer: boolean;
  /** An order was refused a moment ago for what lasts: the next one would be as well. */
  readonly refusal?: Reason | undefined;
}
