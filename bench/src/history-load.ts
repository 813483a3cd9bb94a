import { historyMetrics } from "@sc/domain";

/** Small, fast and the same each time (mulberry32), so that figures of two runs can be compared. */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** The 0.1 s samples of a container are summed by the second; its reading is taken a little later. */
const samplesPerSecond = 10;
/** A write of the limit hands out one more quota of this length at once, and is charged for it. */
const periodSeconds = 0.1;

/**
 * A busy container, second after second, as the agent would account for it; nothing about it is made easy
 * to compress. Load wanders and jitters, the kernel counts nanoseconds, the limit changes six times a minute
 * on average and at no round number, memory breathes, and no two seconds are equally long.
 */
export class BusyContainer {
  readonly #random: () => number;
  readonly #values: Record<(typeof historyMetrics)[number]["name"], number>;
  #load: number;
  #memMib: number;
  readonly #memLevelMib: number;

  constructor(seed: number) {
    this.#random = seededRandom(seed);
    this.#load = 0.3 + 2 * this.#random();
    this.#memLevelMib = 200 + 1500 * this.#random();
    this.#memMib = this.#memLevelMib;
    this.#values = {
      cpuUsedCoreSeconds: 1e4 * this.#random(),
      cpuAllocatedCoreSeconds: 0,
      cpuReservedCoreSeconds: 0,
      cpuThrottledSeconds: 0,
      cpuLimitShares: 150,
      memUsedMib: this.#memMib,
      memLimitMib: 2048,
      memUsedMibSeconds: 0,
      memAllocatedMibSeconds: 0,
      memReservedMibSeconds: 0,
    };
  }

  /** Writes the next reading into `target`; `seconds` is the time since the last one. */
  read(target: Float64Array, offset: number, seconds: number): void {
    const values = this.#values;
    // Its own samples lie up to 25 ms beside the common stamp, those of memory elsewhere than those of cpu.
    const cpuSeconds = seconds + 0.025 * (this.#random() - this.#random());
    const memSeconds = seconds + 0.025 * (this.#random() - this.#random());
    this.#load = Math.max(0.02, this.#load + 0.02 * this.#noise() + 0.002 * (1 - this.#load));
    for (let sample = 0; sample < samplesPerSecond; sample += 1)
      this.#step(cpuSeconds / samplesPerSecond, memSeconds / samplesPerSecond);
    if (this.#random() < 0.1) this.#changeLimit();
    if (this.#random() < 0.02) values.memLimitMib = Math.round(this.#memMib * 1.3 * 10) / 10;
    values.memUsedMib = Math.round(this.#memMib * 256) / 256;
    historyMetrics.forEach(({ name }, index) => {
      target[offset + index] = values[name];
    });
  }

  #step(seconds: number, memSeconds: number): void {
    const values = this.#values;
    const wanted = Math.max(0, this.#load * (1 + 0.5 * this.#noise()));
    const granted = values.cpuLimitShares / 100;
    values.cpuUsedCoreSeconds += Math.round(Math.min(wanted, granted) * seconds * 1e9) / 1e9;
    if (wanted > granted) values.cpuThrottledSeconds += (1 - granted / wanted) * seconds;
    values.cpuAllocatedCoreSeconds += granted * seconds;
    values.cpuReservedCoreSeconds += 4 * seconds;
    this.#memMib += 0.4 * this.#noise() + 0.01 * (this.#memLevelMib - this.#memMib);
    values.memUsedMibSeconds += this.#memMib * memSeconds;
    values.memAllocatedMibSeconds += values.memLimitMib * memSeconds;
    values.memReservedMibSeconds += 4096 * memSeconds;
  }

  #changeLimit(): void {
    const values = this.#values;
    values.cpuLimitShares = Math.max(10, 100 * this.#load * (1.1 + 0.4 * this.#random()));
    values.cpuAllocatedCoreSeconds += (values.cpuLimitShares / 100) * periodSeconds;
  }

  /** About normal, with a deviation of 1. */
  #noise(): number {
    const { sqrt, log, cos, PI } = Math;
    return sqrt(-2 * log(1 - this.#random())) * cos(2 * PI * this.#random());
  }
}
