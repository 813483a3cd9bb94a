import type { Demand, PeerOracle } from "@sc/simulation";

/** A period of the kernel's default. */
const stepsPerSecond = 10;
const sharesPerCore = 100;

/** What is going to be asked for, found out by asking for it beforehand: takes a demand of its own. */
export function oracleOf(demand: Demand, seconds: number): PeerOracle {
  const shares = new Float64Array(Math.ceil(seconds * stepsPerSecond));
  for (let step = 0; step < shares.length; step += 1) {
    const [fromSeconds, toSeconds] = [step / stepsPerSecond, (step + 1) / stepsPerSecond];
    const due = demand.dueCoreSeconds({ fromSeconds, toSeconds, backlogCoreSeconds: 0 });
    shares[step] = due * stepsPerSecond * sharesPerCore;
  }
  const sum = shares.reduce((total, each) => total + each, 0);
  return {
    meanDemand: sum / Math.max(1, shares.length),
    peakSecond: peakSecondOf(shares),
    demandAt: (at) => shares[Math.round(at * stepsPerSecond)] ?? 0,
  };
}

function peakSecondOf(shares: Float64Array): number {
  let peak = 0;
  let second = 0;
  for (const [step, each] of shares.entries()) {
    second = step % stepsPerSecond === 0 ? each : second + each;
    peak = Math.max(peak, second / stepsPerSecond);
  }
  return peak;
}
