/** How an agent samples, what it may grant, and what it does when another hand changes a limit. */
export interface AgentOptions {
  /** Between two readings of a container in auto or recommend, seconds, 0.05 to 60; default 0.1. */
  readonly autoSeconds: number;
  /** Between two readings of any other container, seconds, 0.05 to 60; default 1. */
  readonly allSeconds: number;
  /** Percent of the host that is never granted, 0 to 90; default 10. */
  readonly reservePercent: number;
  /** How often the capacity may be granted, 0.1 to 10; default 1. */
  readonly overcommit: number;
  /**
   * A limit of ours that another hand changed: `adopt` takes it as the owner's wish and starts anew from
   * it, `repair` writes ours again, `hold` leaves the container alone until a person speaks.
   */
  readonly drift: "adopt" | "repair" | "hold";
  /** What a clean stop does with limits of ours; default release. */
  readonly onStop: "release" | "keep";
  /**
   * On cgroup v1: tasks wait at a memory limit of ours until it is raised, instead of being killed;
   * default false.
   */
  readonly oomControl: boolean;
  /** How long a memory limit may take the kernel to write before we go on, seconds; default 5. */
  readonly memoryDeadlineSeconds: number;
}

export const defaultAgentOptions: AgentOptions = {
  autoSeconds: 0.1,
  allSeconds: 1,
  reservePercent: 10,
  overcommit: 1,
  drift: "adopt",
  oomControl: false,
  onStop: "release",
  memoryDeadlineSeconds: 5,
};
