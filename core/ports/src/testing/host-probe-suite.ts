import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, test } from "node:test";
import type { AgentAddress } from "@sc/domain";
import type { HostProbe } from "../host-probe.ts";

export interface HostProbeHarness {
  readonly probe: HostProbe;
  /** A node agent that answers with this status; `undefined` = it takes the question and is silent. */
  agent(status: number | undefined): Promise<AgentAddress>;
  /** Where nobody listens. */
  nobody(): Promise<AgentAddress>;
  close(): Promise<void>;
}

/** The promise of `HostProbe`: yes or no, in time, whatever is at the address. */
export function hostProbeSuite(name: string, make: () => Promise<HostProbeHarness>): void {
  describe(`${name} as probe of hosts`, () => {
    let harness: HostProbeHarness;
    beforeEach(async () => {
      harness = await make();
    });
    afterEach(() => harness.close());

    test("an agent that answers is there", async () => {
      assert.equal(await harness.probe.answers(await harness.agent(200)), true);
    });

    test("one that answers with a fault, or sends elsewhere, is not", async () => {
      for (const status of [302, 404, 500]) {
        assert.equal(await harness.probe.answers(await harness.agent(status)), false);
      }
    });

    test("one that takes the question and is silent is not", async () => {
      assert.equal(await harness.probe.answers(await harness.agent(undefined)), false);
    });

    test("where nobody listens there is none, nor where there can be no address", async () => {
      assert.equal(await harness.probe.answers(await harness.nobody()), false);
      for (const address of ["", "a/b", "a@b", "a b", "[", "a#"]) {
        assert.equal(await harness.probe.answers({ address, port: 8000 }), false);
      }
    });
  });
}
