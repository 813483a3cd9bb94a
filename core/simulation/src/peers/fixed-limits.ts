/**
 * Limits that never move, as an owner sets them: the provisioned one, the highest second of all,
 * and twice the mean. The last two are set by someone who knew the whole trace beforehand (the
 * oracle baselines: no such owner exists); they bound what any fixed limit can reach.
 */

import { clampToBand, type Peer, type PeerStart, wishFor } from "./peer.ts";

type Resource = Peer["resource"];

/** All that the owner was ready to pay for. */
export function provisioned(resource: Resource): Peer {
  return fixedLimit(resource, { name: "provisioned", limitOf: ({ max }) => max });
}

export function staticPeak(resource: Resource): Peer {
  return fixedLimit(resource, { name: "static-peak", limitOf: ({ oracle }) => oracle.peakSecond });
}

export function staticTwiceMean(resource: Resource): Peer {
  return fixedLimit(resource, {
    name: "static-2x-mean",
    limitOf: ({ oracle }) => 2 * oracle.meanDemand,
  });
}

interface FixedLimit {
  readonly name: string;
  limitOf(start: PeerStart): number;
}

function fixedLimit(resource: Resource, { name, limitOf }: FixedLimit): Peer {
  return {
    name,
    resource,
    sampleSeconds: 1,
    sensingSeconds: 0,
    actuationSeconds: 0,
    begin: (start) => {
      const limit = clampToBand(limitOf(start), start);
      return { step: (reading) => wishFor(limit, reading.limit) };
    },
  };
}
