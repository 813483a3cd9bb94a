/**
 * The vertical pod autoscaler (kubernetes/autoscaler at 55c37cd5eb, Apache-2), re-described: each
 * minute a sample, each minute the recommended target. As a policy it sets the target at once, its
 * best case; with `isUpdaterKept` it moves only when its updater would:
 *
 *     outside [lower, upper] · or older than 12 h and 10 % off · or killed within the last 10 min
 *
 * Assumed: a cpu sample is the mean of its minute, as old as one scrape of the metrics server
 * (15 s); a change takes as long as a resize in place, without eviction.
 */

import { DecayingHistogram } from "./decaying-histogram.ts";
import { k8sInPlaceResizeSeconds } from "./k8s-usage-peak.ts";
import {
  clampToBand,
  type Peer,
  type PeerReading,
  type PeerRun,
  type PeerStart,
  type PeerWish,
  wishFor,
} from "./peer.ts";
import { VpaMemoryPeaks } from "./vpa-memory-peaks.ts";
import { recommendAsVpa, type VpaRecommendation, vpaConfidence } from "./vpa-recommendation.ts";

const daySeconds = 86_400;
const cpuSampleWeight = 0.1;
const bytesPerMib = 1_048_576;
const ageForSmallSteps = 12 * 3600;
const smallestStep = 0.1;
const quickKillSeconds = 600;

export interface VpaOptions {
  /** Whether its updater decides when to move; default: no, each minute. */
  readonly isUpdaterKept?: boolean;
}

export function vpaCpu(options: VpaOptions = {}): Peer {
  return vpa("cpu", options, {
    first: 1,
    max: 100_000,
    floor: 2.5,
    perUnit: 10,
    learner: (histogram) => ({
      add: ({ seconds, used }) => histogram.add({ value: used, weight: cpuSampleWeight, seconds }),
    }),
  });
}

export function vpaMem(options: VpaOptions = {}): Peer {
  return vpa("mem", options, {
    first: 1e7 / bytesPerMib,
    max: 1e12 / bytesPerMib,
    floor: 250e6 / bytesPerMib,
    perUnit: bytesPerMib,
    learner: (histogram) => {
      const peaks = new VpaMemoryPeaks(histogram);
      return {
        add: ({ seconds, used, limit, isKilled }) => {
          peaks.add(seconds, used);
          if (isKilled === true) peaks.addKill(seconds, limit);
        },
      };
    },
  });
}

interface VpaResource {
  readonly first: number;
  readonly max: number;
  readonly floor: number;
  readonly perUnit: number;
  learner(histogram: DecayingHistogram): { add(reading: PeerReading): void };
}

function vpa(resource: Peer["resource"], options: VpaOptions, rules: VpaResource): Peer {
  const { isUpdaterKept = false } = options;
  return {
    name: isUpdaterKept ? "vpa-updater" : "vpa",
    resource,
    sampleSeconds: 60,
    sensingSeconds: 15,
    actuationSeconds: k8sInPlaceResizeSeconds,
    begin: (start) => beginVpa(rules, isUpdaterKept, start),
  };
}

function beginVpa(rules: VpaResource, isUpdaterKept: boolean, start: PeerStart): PeerRun {
  const { first, max, floor, perUnit } = rules;
  const histogram = new DecayingHistogram({ first, max, halfLifeSeconds: daySeconds });
  const learner = rules.learner(histogram);
  let samples = 0;
  let firstSeconds = 0;
  let killedSeconds = Number.NEGATIVE_INFINITY;
  return {
    step: (reading): PeerWish | undefined => {
      const { seconds, limit: inForce } = reading;
      learner.add(reading);
      if (samples === 0) firstSeconds = seconds;
      samples += 1;
      if (reading.isKilled === true) killedSeconds = seconds;
      const confidence = vpaConfidence(seconds - firstSeconds, samples);
      const recommended = recommendAsVpa({ histogram, confidence, floor, perUnit });
      const wasKilled = seconds - killedSeconds <= quickKillSeconds;
      if (isUpdaterKept && !updates(recommended, { inForce, seconds, wasKilled })) return undefined;
      return wishFor(clampToBand(recommended.target, start), inForce);
    },
  };
}

interface UpdaterView {
  readonly inForce: number;
  readonly seconds: number;
  readonly wasKilled: boolean;
}

function updates(
  { target, lower, upper }: VpaRecommendation,
  { inForce, seconds, wasKilled }: UpdaterView,
): boolean {
  if (wasKilled || inForce < lower || inForce > upper) return true;
  const off = Math.abs(inForce - target) / inForce;
  return seconds >= ageForSmallSteps && off >= smallestStep;
}
