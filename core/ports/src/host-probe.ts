import type { AgentAddress } from "@sc/domain";

/** Whether the node agent of a host can be reached. */
export interface HostProbe {
  /** It answers at this address as a node agent does, within a few seconds. Never throws. */
  answers(agent: AgentAddress): Promise<boolean>;
}
