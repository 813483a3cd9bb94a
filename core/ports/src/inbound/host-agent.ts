import type {
  Accounting,
  ByPresentResource,
  ByRate,
  ContainerFacts,
  ContainerLimits,
  HostObservation,
  Order,
  Reason,
  Resource,
  Result,
  StructureName,
} from "@sc/domain";
import type { DataDisk } from "../data-disks.ts";
import type { FinderProblem } from "../finder.ts";
import type { CoreView } from "./catalogue.ts";
import type { ReleaseReport } from "./orchestration.ts";

/** What other services may ask a host's agent. */
export interface HostAgent {
  readonly host: string;
  containers(): readonly AgentContainerView[];
  container(name: StructureName): AgentContainerView | undefined;
  hostObservation(): HostObservation;
  problems(): readonly FinderProblem[];
  /** Orders normally come over the bus; the answer comes there too, as changes. */
  deliver(orders: readonly Order[]): void;
  /**
   * What its owner wants, written as the owner's own tools would: all that is named or nothing, whatever
   * the mode but auto, where policy decides. It is what release puts back from then on. Answers with the
   * limits in force.
   */
  setOwnersLimits(
    name: StructureName,
    wish: OwnersWish,
  ): Promise<Result<ContainerLimits, OwnersRefusal>>;
  /** Where ledger, what is known of the limits and the kernel differ; looks at every container. */
  audit(): readonly AuditFinding[];
  /** Which cores are whose where containers have cores of their own; none on a shared host. */
  cores(): readonly CoreView[];
  /**
   * Puts the first limits back; `undefined` = of all containers. `which`: of these resources alone,
   * where the other stays in auto. Never blocked by pause or disk.
   */
  release(
    names: readonly StructureName[] | undefined,
    which?: readonly Resource[],
  ): Promise<ReleaseReport>;
}

/** What is named; `null` = no limit. */
export interface OwnersWish {
  /** 100 = one core. */
  readonly cpuShares?: number | null;
  readonly memMib?: number | null;
  readonly rates?: ByRate<number | null>;
}

export interface OwnersRefusal {
  /** `unknown`: no such container runs. `in-use`: less than the memory in use. `refused`: by the kernel. */
  readonly code: "unknown" | "in-auto" | "in-use" | "refused";
  readonly resource?: Resource;
  readonly text: string;
}

/** Two that should say the same, and do not. */
export interface AuditFinding {
  readonly structure: StructureName;
  readonly resource: Resource;
  readonly text: string;
}

export interface AgentContainerView {
  readonly facts: ContainerFacts;
  /** The limits applied now. */
  readonly limits: ContainerLimits;
  readonly isFrozen: boolean;
  readonly watchedSeconds: number;
  readonly cpuSharesUsed: number | undefined;
  /** What reclaim could not give back. */
  readonly memMibUsed: number | undefined;
  /** Of disk and network, as far as it was read. */
  readonly ratesUsed: ByRate<number>;
  /** The disk its data lies on, once it was looked up. */
  readonly dataDisk?: DataDisk | undefined;
  /** What does not hold of a limit of disk or network. */
  readonly rateCaveats: ByRate<string>;
  /** As the kernel counts them since the group was made. */
  readonly cpuUsedSeconds: number | undefined;
  readonly throttledSeconds: number | undefined;
  /** Share of the periods of the last 10 s in which it was throttled, 0 to 1. */
  readonly throttledRatio: number | undefined;
  readonly accounting: Accounting;
  /** Set while the agent itself keeps a limit from being changed. */
  readonly held: ByPresentResource<Reason | undefined>;
}
