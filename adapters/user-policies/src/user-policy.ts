/*
 * What a policy of a user's own is: a module that exports `policy`. `docs/operating/user-policies.md`
 * says how it is run, and what becomes of one that fails.
 */

/** One reading of one resource of one container. What could not be read is `undefined`, never 0. */
export interface UserPolicyInput {
  readonly structure: string;
  readonly resource: "cpu" | "mem" | "disk_read" | "disk_write" | "net";
  /** Seconds of a clock that never steps. */
  readonly at: number;
  /** Since the reading before; `undefined` at the first. */
  readonly windowSeconds: number | undefined;
  /** Cpu in shares (100 = one core), mem in MiB. */
  readonly used: number | undefined;
  /** In force now; `null` = none. */
  readonly limit: number | null | undefined;
  /** Of cpu: the whole limit. */
  readonly cpuLimit: UserPolicyCpuLimit | undefined;
  readonly isFrozen: boolean;
  readonly settings: {
    readonly mode: "recommend" | "auto";
    readonly min: number;
    readonly max: number;
    readonly boundary: { readonly percent: number; readonly of: "max" | "current" };
    readonly priority: number;
  };
}

export interface UserPolicyCpuLimit {
  readonly quotaShares: number | null;
  readonly burstShares: number;
  readonly periodMs: number;
  readonly weight: number;
}

export interface UserPolicyDecision<State> {
  /** Handed in with the next reading of the same container. */
  readonly state: State;
  /** The limit that is wanted, from min to max; left out = it stays as it is. */
  readonly limit?: number;
  /** Of cpu: how the limit is shaped; left out = no burst, the period of now, weight = limit. */
  readonly cpu?: {
    /** 0 to the limit. */
    readonly burstShares: number;
    /** 1 to 1000. */
    readonly periodMs: number;
    readonly weight?: number;
  };
  /** One sentence for people, at most 300 characters. */
  readonly reason: string;
}

export interface UserPolicy<State> {
  begin(at: number): State;
  decide(state: State, input: UserPolicyInput): UserPolicyDecision<State>;
}
