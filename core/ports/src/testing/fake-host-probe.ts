import type { AgentAddress } from "@sc/domain";
import type { HostProbe } from "../host-probe.ts";

/** Hosts answer once they are told to. */
export class FakeHostProbe implements HostProbe {
  readonly answering = new Set<string>();

  async answers({ address, port }: AgentAddress): Promise<boolean> {
    return this.answering.has(`${address}:${port}`);
  }
}
