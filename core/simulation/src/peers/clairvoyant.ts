/**
 * Knows what each period will ask for and grants that and a margin: the bound that no controller
 * without a prophet can pass on a 100 ms period without carrying quota over.
 */

import { clampToBand, type Peer } from "./peer.ts";

/** @param margin a fraction of the demand, default 0.05 (ours: the baseline leaves it open) */
export function clairvoyant(margin = 0.05): Peer {
  return {
    name: "clairvoyant",
    resource: "cpu",
    sampleSeconds: 0.1,
    sensingSeconds: 0,
    actuationSeconds: 0,
    begin: (start) => ({
      step: ({ seconds }) => ({
        limit: clampToBand(start.oracle.demandAt(seconds) * (1 + margin), start),
      }),
    }),
  };
}
