/**
 * The two Kubernetes-like baselines of Autothrottle (microsoft/autothrottle at d237d7f, MIT): the
 * highest usage of a while ÷ the utilization aimed at.
 *
 * `k8s-cpu` looks each 15 s at 300 s, `k8s-fast` each second at 20 s.
 * Assumed: a sample is the mean since the last look (15 s means give the published figures, 1 s
 * means do not). Measured by its authors on the node itself, so nothing is charged for sensing; a
 * change takes as long as a resize in place (kubernetes#137362, mean of 1 000).
 */

import { clampToBand, type Peer, wishFor } from "./peer.ts";
import { RecentSamples } from "./recent-samples.ts";

export const k8sInPlaceResizeSeconds = 0.164;

export function k8sCpu(): Peer {
  return usagePeak({ name: "k8s-cpu", sampleSeconds: 15, windowSeconds: 300, utilization: 0.6 });
}

export function k8sFast(): Peer {
  return usagePeak({ name: "k8s-fast", sampleSeconds: 1, windowSeconds: 20, utilization: 0.8 });
}

interface UsagePeak {
  readonly name: string;
  readonly sampleSeconds: number;
  readonly windowSeconds: number;
  readonly utilization: number;
}

function usagePeak({ name, sampleSeconds, windowSeconds, utilization }: UsagePeak): Peer {
  return {
    name,
    resource: "cpu",
    sampleSeconds,
    sensingSeconds: 0,
    actuationSeconds: k8sInPlaceResizeSeconds,
    begin: (start) => {
      const samples = new RecentSamples(windowSeconds / sampleSeconds);
      return {
        step: ({ used, limit: inForce }) => {
          samples.push(used);
          return wishFor(clampToBand(samples.max() / utilization, start), inForce);
        },
      };
    },
  };
}
