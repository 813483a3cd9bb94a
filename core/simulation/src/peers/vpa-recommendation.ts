/**
 * What the vertical pod autoscaler recommends (kubernetes/autoscaler at 55c37cd5eb, Apache-2),
 * re-described: three percentiles and 15 %, two of them widened while little is known.
 *
 *     history    upper ×    lower ×
 *     5 min      289        0.6
 *     12 h       3          0.996
 *     24 h       2          0.998
 *     7 days     1.14       1
 */

import type { DecayingHistogram } from "./decaying-histogram.ts";

const margin = 1.15;
const daySeconds = 86_400;
const minutesOfDay = 1440;

export interface VpaRecommendation {
  readonly target: number;
  readonly lower: number;
  readonly upper: number;
}

export interface VpaKnowledge {
  readonly histogram: DecayingHistogram;
  readonly confidence: number;
  /** No pod is recommended less. */
  readonly floor: number;
  /** Recommendations are rounded up to 1 ÷ this. */
  readonly perUnit: number;
}

/** In days, by the time that the samples span or by their number (one a minute), the lesser. */
export function vpaConfidence(spanSeconds: number, samples: number): number {
  return Math.min(spanSeconds / daySeconds, samples / minutesOfDay);
}

export function recommendAsVpa(knowledge: VpaKnowledge): VpaRecommendation {
  const { histogram, confidence, floor, perUnit } = knowledge;
  const bounded = (amount: number) => Math.ceil(Math.max(amount, floor) * perUnit) / perUnit;
  const upperFactor = 1 + 1 / confidence;
  const lowerFactor = (1 + 0.001 / confidence) ** -2;
  return {
    target: bounded(margin * histogram.percentile(0.9)),
    lower: bounded(margin * histogram.percentile(0.5) * lowerFactor),
    upper: bounded(margin * histogram.percentile(0.95) * upperFactor),
  };
}
