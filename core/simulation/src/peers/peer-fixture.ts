import type { Peer, PeerReading, PeerStart } from "./peer.ts";

const noOracle = { meanDemand: Number.NaN, peakSecond: Number.NaN, demandAt: () => Number.NaN };

export function startWith(start: Partial<PeerStart> = {}): PeerStart {
  return { limit: 400, min: 1, max: 400, oracle: noOracle, ...start };
}

/** What a reading says where a test does not. */
export function readingWith(reading: Partial<PeerReading> = {}): PeerReading {
  return {
    seconds: 0,
    windowSeconds: 1,
    used: 0,
    periods: 10,
    throttledPeriods: 0,
    limit: 400,
    ...reading,
  };
}

/**
 * Gives a peer one reading after the other at its own pace, each wish in force at the next; answers
 * the limit after each.
 */
export function limitsOf(
  peer: Peer,
  readings: readonly Partial<PeerReading>[],
  start: Partial<PeerStart> = {},
): number[] {
  const from = startWith(start);
  const run = peer.begin(from);
  let { limit } = from;
  return readings.map((reading, at) => {
    const seconds = (at + 1) * peer.sampleSeconds;
    const windowSeconds = peer.sampleSeconds;
    const full = readingWith({ seconds, windowSeconds, limit, ...reading });
    limit = run.step(full)?.limit ?? limit;
    return limit;
  });
}

/** The same reading again and again. */
export function repeated(
  times: number,
  reading: Partial<PeerReading>,
): readonly Partial<PeerReading>[] {
  return Array.from({ length: times }, () => reading);
}

export function rounded(values: readonly number[], digits = 3): number[] {
  return values.map((value) => Number(value.toFixed(digits)));
}
