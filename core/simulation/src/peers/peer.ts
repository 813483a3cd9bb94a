/**
 * What a published controller of one resource is to the simulator.
 *
 * Amounts are shares of cpu (100 = one core) or MiB of memory. Whoever drives a peer gives it a
 * reading each `sampleSeconds`, as old as `sensingSeconds`, and puts its wish in force
 * `actuationSeconds` later: so each is charged the delays it has where it runs. Peers are told
 * nothing that they could not measure, but for the oracle, which only fixed and clairvoyant limits
 * (and settings that an owner would have to make) may ask.
 */

export interface Peer {
  /** The fixed word for it in every table. */
  readonly name: string;
  readonly resource: "cpu" | "mem";
  /** Between two readings. */
  readonly sampleSeconds: number;
  /** How old a reading is when it is decided on. */
  readonly sensingSeconds: number;
  /** From the decision to the limit in force. */
  readonly actuationSeconds: number;
  /** mem: what a container meets at its limit: the kernel's killer (`memory.max`), a brake
   * (`memory.high`), or a wait until the limit is raised (a kernel that asks first). Default: kill.
   */
  readonly atLimit?: "kill" | "brake" | "wait";
  begin(start: PeerStart): PeerRun;
}

export interface PeerStart {
  /** In force at the beginning: the provisioned one. */
  readonly limit: number;
  readonly min: number;
  readonly max: number;
  readonly oracle: PeerOracle;
}

/** What nobody knows beforehand. */
export interface PeerOracle {
  readonly meanDemand: number;
  /** The highest demand in a second. */
  readonly peakSecond: number;
  /** What is asked for in the period that begins then. */
  demandAt(seconds: number): number;
}

/** One look at the container; whoever drives a run may use one object for all of its readings. */
export interface PeerReading {
  /** The end of the window, since the beginning of the run. */
  readonly seconds: number;
  readonly windowSeconds: number;
  /** cpu: mean of the window. mem: the working set at the window's end. */
  readonly used: number;
  /** CFS periods in the window, and those that ended throttled. */
  readonly periods: number;
  readonly throttledPeriods: number;
  /** In force at the window's end. */
  readonly limit: number;
  /** mem: what is charged, with page cache. */
  readonly chargedMib?: number;
  /** mem: `some` pressure within the window. */
  readonly someStallSeconds?: number;
  /** mem: the limit was met within the window, and the container killed, or left to wait for more.
   */
  readonly isKilled?: boolean;
}

export interface PeerWish {
  readonly limit: number;
  /** cpu: shares that may be carried over, 0 = none (the default). */
  readonly burst?: number;
}

/** One container under the peer; deterministic, and its only memory of it. */
export interface PeerRun {
  /** Nothing where the limit stays as it is. */
  step(reading: PeerReading): PeerWish | undefined;
}

/**
 * The kernel takes whole microseconds of quota and whole pages, so what is in force may be a little
 * off what was wished for; to write it again would be a refill.
 */
export function isInForce(limit: number, inForce: number): boolean {
  return Math.abs(limit - inForce) < 0.01;
}

/** Nothing where the limit is in force already. */
export function wishFor(limit: number, inForce: number): PeerWish | undefined {
  return isInForce(limit, inForce) ? undefined : { limit };
}

export function clampToBand(limit: number, { min, max }: PeerStart): number {
  return Math.min(Math.max(limit, min), max);
}
