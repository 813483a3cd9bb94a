import type {
  AgentAddress,
  ApplicationPrograms,
  Boundary,
  ByCatalogued,
  HostPlacement,
  Resource,
  Result,
  RunState,
} from "@sc/domain";
import type { ApiProblem } from "./orchestration.ts";

/**
 * What clients declare: hosts, the containers they subscribe, applications and users. A container that is
 * only found on the host is not here. Every call is taken as a whole or not at all, and what it answers is
 * saved. Names are unique over all four kinds. Amounts are in the resource's unit; a value that is not
 * known is absent. `revision`: the one the change was made from, refused when there is another; left out =
 * whatever is there.
 *
 * Details of problems hold the words that clients of the published framework look for (`already exists`,
 * `already subscribed`, `missing in app`, `missing in user`).
 */
export interface Catalogue {
  hosts(): readonly DeclaredHostView[];
  containers(): readonly SubscribedContainerView[];
  applications(): readonly ApplicationView[];
  users(): readonly UserView[];
  /** The one of this name, if it is of one of these kinds. */
  find(subject: Subject): Result<CatalogueView, ApiProblem>;

  declareHost(name: string, host: HostDeclaration): Promise<Result<DeclaredHostView, ApiProblem>>;
  /** Refused while containers are subscribed there. */
  removeHost(name: string, revision?: number): Promise<Result<void, ApiProblem>>;
  /** Those that are known already stay as they are. */
  addDisks(
    host: string,
    disks: readonly DiskDeclaration[],
  ): Promise<Result<DeclaredHostView, ApiProblem>>;
  /** How fast known disks are; what is free follows. */
  changeDisks(
    host: string,
    disks: readonly DiskChange[],
  ): Promise<Result<DeclaredHostView, ApiProblem>>;

  /** Documents, limits and cores together, also when the process ends in the middle. */
  subscribe(
    name: string,
    container: ContainerDeclaration,
  ): Promise<Result<SubscribedContainerView, ApiProblem>>;
  /** Its first limits are put back, and it leaves its application. */
  desubscribe(name: string, revision?: number): Promise<Result<void, ApiProblem>>;

  declareApplication(
    name: string,
    application: ApplicationDeclaration,
  ): Promise<Result<ApplicationView, ApiProblem>>;
  /** Its containers stay, in no application; it leaves its user. */
  removeApplication(name: string, revision?: number): Promise<Result<void, ApiProblem>>;
  declareUser(name: string, user: UserDeclaration): Promise<Result<UserView, ApiProblem>>;
  /** Its applications stay, with no user. */
  removeUser(name: string, revision?: number): Promise<Result<void, ApiProblem>>;

  attachContainer(membership: ContainerMembership): Promise<Result<ApplicationView, ApiProblem>>;
  detachContainer(membership: ContainerMembership): Promise<Result<ApplicationView, ApiProblem>>;
  attachApplication(membership: ApplicationMembership): Promise<Result<UserView, ApiProblem>>;
  detachApplication(membership: ApplicationMembership): Promise<Result<UserView, ApiProblem>>;

  /** All that is named, or nothing: one key of one resource as well as many of many. */
  update(
    subject: Subject,
    update: CatalogueUpdate,
    revision?: number,
  ): Promise<Result<CatalogueView, ApiProblem>>;
}

export type CatalogueKind = CatalogueView["kind"];

/** A name, and of which kinds what is meant may be; left out = of any. */
export interface Subject {
  readonly name: string;
  readonly kinds?: readonly CatalogueKind[];
}

export interface ContainerMembership {
  readonly container: string;
  readonly application: string;
}
export interface ApplicationMembership {
  readonly application: string;
  readonly user: string;
}

interface CapacityDeclaration {
  readonly max: number;
  /** Left out = all of it. */
  readonly free?: number;
}

export interface HostDeclaration {
  readonly agent: AgentAddress;
  readonly placement: HostPlacement;
  readonly resources: ByCatalogued<CapacityDeclaration>;
  readonly disks: readonly DiskDeclaration[];
}

export interface DiskDeclaration {
  readonly name: string;
  readonly type: string;
  readonly path: string;
  /** Containers that use it already. */
  readonly load: number;
  readonly read: CapacityDeclaration;
  readonly write: CapacityDeclaration;
}

export interface DiskChange {
  readonly name: string;
  readonly readMax: number;
  readonly writeMax: number;
}

export interface ContainerDeclaration {
  readonly host: string;
  readonly agent: AgentAddress;
  readonly isGuarded: boolean;
  readonly resources: Readonly<Partial<Record<Resource | "energy", ContainerResource>>>;
  /** The disk of its host that it lies on. */
  readonly disk?: { readonly name: string; readonly path: string };
  /** What decides about all its resources; left out = what decides where nobody chose. */
  readonly policy?: string;
}

export interface ContainerResource {
  readonly min: number;
  readonly max: number;
  /** The limit it is to have now; left out = the one it has. Of energy it must be there. */
  readonly current?: number;
  readonly isGuarded: boolean;
  readonly weight?: number;
  /** Left out = the default. */
  readonly boundary?: Boundary;
}

export interface ApplicationDeclaration {
  readonly isGuarded: boolean;
  /** Left out = stopped. */
  readonly state?: RunState;
  readonly resources: ByCatalogued<
    Omit<ContainerResource, "current"> & { readonly current?: never }
  >;
  readonly programs: ApplicationPrograms;
}

export interface UserDeclaration {
  readonly resources: ByCatalogued<{ readonly min: number; readonly max: number }>;
  readonly balancingMethod?: string;
}

export interface CatalogueUpdate {
  readonly isGuarded?: boolean;
  readonly state?: RunState;
  readonly resources?: ByCatalogued<CatalogueResourceUpdate>;
}

export interface CatalogueResourceUpdate {
  readonly min?: number;
  readonly max?: number;
  readonly weight?: number;
  /** Of energy alone. */
  readonly current?: number;
  readonly isGuarded?: boolean;
  readonly boundaryPercent?: number;
  readonly boundaryOf?: Boundary["of"];
}

export type CatalogueView = DeclaredHostView | SubscribedContainerView | ApplicationView | UserView;

interface NamedView {
  readonly name: string;
  readonly revision: number;
}

export interface CapacityView {
  readonly max: number;
  /** What is neither held by subscribed containers nor by others; 0 or more. */
  readonly free: number;
}

export interface DeclaredHostView extends NamedView {
  readonly kind: "host";
  readonly agent: AgentAddress;
  readonly placement: HostPlacement;
  readonly isGuarded: boolean | undefined;
  readonly state: RunState | undefined;
  readonly resources: ByCatalogued<CapacityView>;
  readonly disks: readonly DiskView[];
  /** Where containers have cores of their own; empty on a shared host. */
  readonly cores: readonly CoreView[];
  readonly containers: readonly string[];
}

export interface DiskView {
  readonly name: string;
  readonly type: string;
  readonly path: string;
  readonly load: number;
  readonly read: CapacityView;
  readonly write: CapacityView;
}

export interface CoreView {
  readonly core: number;
  readonly freeShares: number;
  readonly holders: readonly { readonly container: string; readonly shares: number }[];
}

export interface SubscribedContainerView extends NamedView {
  readonly kind: "container";
  readonly host: string;
  readonly agent: AgentAddress;
  readonly isGuarded: boolean;
  readonly state: RunState | undefined;
  readonly application: string | undefined;
  readonly disk: { readonly name: string; readonly path: string } | undefined;
  readonly isRunning: boolean;
  readonly resources: ByCatalogued<MemberResourceView>;
}

export interface MemberResourceView {
  readonly min: number;
  readonly max: number;
  readonly isGuarded: boolean;
  readonly weight: number | undefined;
  readonly boundary: Boundary | undefined;
  /** The limit now: of a container its own, of an application and a user the sum of theirs. */
  readonly current: number | undefined;
  readonly used: number | undefined;
  /** Thresholds under the present limit. */
  readonly upper: number | undefined;
  readonly lower: number | undefined;
}

export interface ApplicationView extends NamedView {
  readonly kind: "application";
  readonly isGuarded: boolean;
  readonly state: RunState;
  readonly user: string | undefined;
  readonly containers: readonly string[];
  readonly programs: ApplicationPrograms;
  readonly resources: ByCatalogued<MemberResourceView>;
}

export interface UserView extends NamedView {
  readonly kind: "user";
  readonly applications: readonly string[];
  readonly balancingMethod: string | undefined;
  readonly resources: ByCatalogued<Pick<MemberResourceView, "min" | "max" | "current" | "used">>;
}
