import fc from "fast-check";
import { type CpuBandwidth, noQuota } from "../files/cpu-bandwidth.ts";

// Mostly what the kernel itself makes of 100 ms, so that its rescaling comes up.
const periodUs = fc.oneof(
  fc.constantFrom(100_000, 200_000, 400_000, 1_000_000),
  fc.integer({ min: 1000, max: 1_000_000 }),
);

const limited: fc.Arbitrary<CpuBandwidth> = fc
  .record({
    periodUs,
    quotaUs: fc.integer({ min: 1000, max: 4_000_000 }),
    burstRatio: fc.double({ min: 0, max: 1, noNaN: true }),
  })
  .map(({ burstRatio, ...values }) => ({
    ...values,
    burstUs: Math.floor(values.quotaUs * burstRatio),
  }));

const unlimited: fc.Arbitrary<CpuBandwidth> = fc.record({
  periodUs,
  quotaUs: fc.constant(noQuota),
  burstUs: fc.constant(0),
});

/** A burst that someone's release left behind. */
const leftBehind = fc
  .tuple(unlimited, fc.integer({ min: 1, max: 4_000_000 }))
  .map(([values, burstUs]) => ({ ...values, burstUs }));

/** What may be asked for, and what a group may be found with, each with a weight as its version has it. */
export function bandwidthsWith<Weight>(weight: fc.Arbitrary<Weight>): {
  readonly target: fc.Arbitrary<CpuBandwidth & Weight>;
  readonly start: fc.Arbitrary<CpuBandwidth & Weight>;
} {
  const weighed = (bandwidth: fc.Arbitrary<CpuBandwidth>): fc.Arbitrary<CpuBandwidth & Weight> =>
    fc.tuple(bandwidth, weight).map(([values, more]) => ({ ...values, ...more }));
  return {
    target: weighed(fc.oneof(limited, unlimited)),
    start: weighed(fc.oneof(limited, unlimited, leftBehind)),
  };
}

/** The kernel's rule: it answers EINVAL to a burst above the quota that is in force. */
export const isTaken = ({ quotaUs, burstUs }: CpuBandwidth): boolean =>
  quotaUs === noQuota || burstUs <= quotaUs;
