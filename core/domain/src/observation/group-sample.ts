import type { ContainerMember } from "../planning/groups/plan-application.ts";
import type { ContainerId } from "../structure/container.ts";
import type { ByPresentResource } from "../structure/resource.ts";
import type { StructureName } from "../structure/structure-name.ts";
import type { MonotonicSeconds } from "../units/time.ts";

/**
 * One container of an application, as one resource of it was sampled last. `need` is what it uses, where its
 * application decides about it; what is not known, or is decided about by its own policy, is not moved.
 */
export interface SampledMember extends ContainerMember {
  readonly id: ContainerId;
  readonly used: number | undefined;
}

/** What the running containers of an application use, and may use, of one resource. */
export interface GroupUse {
  readonly members: readonly SampledMember[];
  /** Σ of theirs; `undefined` = of one of them it is not known, and missing is not zero. */
  readonly used: number | undefined;
  /** Σ of their limits; what has none counts with its max. */
  readonly limit: number | undefined;
}

/** An application as it stands once each of its running containers was sampled anew. */
export interface GroupSample {
  readonly name: StructureName;
  readonly at: MonotonicSeconds;
  /** Since the sample before; `undefined` at the first. */
  readonly windowSeconds: number | undefined;
  readonly resources: ByPresentResource<GroupUse>;
}
