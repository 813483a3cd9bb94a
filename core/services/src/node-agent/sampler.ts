import {
  type HostObservation,
  rateResources,
  sharesToCoreSeconds,
  type UsageSample,
} from "@sc/domain";
import type { Bus, Clock, Log, Timers } from "@sc/ports";
import type { StructureRegistry } from "../structure-registry/structure-registry.ts";
import type { AgentOptions } from "./agent-options.ts";
import type { DriftGuard } from "./drift-guard.ts";
import type { AutoUse } from "./host-watch.ts";
import type { MemoryWaitGuard } from "./memory-wait-guard.ts";
import type { TrackedContainer } from "./tracked-container.ts";

/**
 * So many containers are read without a break; then whatever else waits, an order above all, has its
 * turn. 16 containers take about a fifth of a millisecond.
 */
const containersPerBreath = 16;
/** The slow tier is read in so many parts, one after another over its period. */
export const slowParts = 40;
/** Every so many slow rounds a container's limits, too, are looked at. */
const roundsPerLimitLook = 10;

/** Disk and network of what is only observed are read every so many slow rounds. */
const roundsPerRateReading = 5;

export interface SamplerDeps {
  readonly bus: Bus;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly log: Log;
  readonly registry: StructureRegistry;
  readonly driftGuard: DriftGuard;
  readonly memoryWait: Pick<MemoryWaitGuard, "look">;
  readonly host: string;
  readonly hostObservation: () => HostObservation;
  readonly options: () => Pick<AgentOptions, "autoSeconds">;
  /** Runs for each container; one that fails is set aside and never stops the others. */
  readonly forEach: (
    containers: Iterable<TrackedContainer>,
    run: (container: TrackedContainer) => void,
  ) => void;
  /** A container gave no reading because its group is not there any more. */
  readonly onVanished: () => void;
  /** The kernel ended one of its processes, which was out of memory. */
  readonly onKilled: (container: TrackedContainer) => void;
}

/**
 * Reads the containers in two tiers and publishes what they use. What is in auto or recommend is read at
 * every tick; everything else, and what need not be quick, once in the slow period, spread over it.
 */
export class Sampler {
  readonly #deps: SamplerDeps;
  #fast: readonly TrackedContainer[] = [];
  #slow: readonly TrackedContainer[] = [];
  #turn = 0;
  #autoCoreSeconds = 0;

  constructor(deps: SamplerDeps) {
    this.#deps = deps;
  }

  /** Of what is in auto; cpu is what is or was. */
  autoUse(): AutoUse {
    let memMib = 0;
    for (const container of this.#fast) {
      if (container.isInAuto.mem) memMib += container.memory.usedMib ?? 0;
    }
    return { coreSeconds: this.#autoCoreSeconds, memMib };
  }

  setTiers(tiers: {
    readonly fast: readonly TrackedContainer[];
    readonly slow: readonly TrackedContainer[];
  }): void {
    this.#fast = tiers.fast;
    this.#slow = tiers.slow;
  }

  /** A tick of the fast tier: usage of what is in auto or recommend. */
  sampleFast(): void {
    this.#sampleFastFrom(this.#fast, 0);
  }

  #sampleFastFrom(containers: readonly TrackedContainer[], begin: number): void {
    const samples: UsageSample[] = [];
    let gapSeconds = 0;
    const end = begin + containersPerBreath;
    this.#deps.forEach(containers.slice(begin, end), (container) => {
      this.#lookAtLimits(container);
      this.#deps.memoryWait.look(container);
      const sample = this.#sample(container, true);
      if (sample === undefined) return;
      samples.push(sample);
      if (sample.spansGap) gapSeconds = Math.max(gapSeconds, sample.windowSeconds ?? 0);
    });
    if (gapSeconds > 0 && begin === 0)
      this.#deps.log.warn("nothing was sampled for a while: policy begins anew", { gapSeconds });
    this.#publish(samples);
    if (end >= containers.length) return;
    this.#deps.timers.after(0, () => {
      // Other tiers now: those left are read with the next tick.
      if (containers === this.#fast) this.#sampleFastFrom(containers, end);
    });
  }

  /** Without a watch of the kernel's, or after a look that failed, another hand is found by looking. */
  #lookAtLimits(container: TrackedContainer): void {
    const { driftGuard } = this.#deps;
    const { limitWatch, isInAuto, isLookDue } = container;
    const isUnwatched = limitWatch === undefined;
    if (isUnwatched || (isInAuto.cpu && isLookDue.cpu)) driftGuard.look(container);
    if (isUnwatched || (isInAuto.mem && isLookDue.mem)) driftGuard.lookAtMemory(container);
  }

  /** Between two ticks: what waits at its memory limit stands nearly still until it is raised. */
  sampleUnderPressure(container: TrackedContainer): void {
    const settings = this.#deps.registry.settingsOf(container.name);
    if (settings === undefined || !container.isInAuto.mem) return;
    const { clock, options } = this.#deps;
    this.#publish([container.sampleUnderPressure(clock, settings, options().autoSeconds)]);
  }

  /** A part of all containers: memory and throttling, and the usage of what is only observed. */
  sampleSlow(): void {
    const samples: UsageSample[] = [];
    this.#forEachInTurn(this.#slow, (container) => {
      // It may have left auto a moment ago.
      this.#deps.memoryWait.look(container);
      const sample = this.#sample(container, false);
      if (sample !== undefined) samples.push(sample);
    });
    this.#forEachInTurn(this.#fast, () => undefined);
    this.#turn += 1;
    this.#publish(samples);
  }

  /** Those whose turn it is; of them another tenth each round also has its limits looked at. */
  #forEachInTurn(
    list: readonly TrackedContainer[],
    run: (container: TrackedContainer) => void,
  ): void {
    const { clock, driftGuard, forEach } = this.#deps;
    const round = Math.floor(this.#turn / slowParts);
    // What only people look at is read less often.
    const isLongTurn = round % roundsPerRateReading === 0;
    const inTurn: TrackedContainer[] = [];
    for (let index = this.#turn % slowParts; index < list.length; index += slowParts) {
      const container = list[index];
      if (container !== undefined) inTurn.push(container);
    }
    forEach(inTurn, (container) => {
      run(container);
      const settings = this.#deps.registry.settingsOf(container.name);
      if (settings !== undefined) {
        const at = clock.monotonic();
        container.sampleSlowly(at, settings);
        const isScaled = rateResources.some((each) => settings.resources[each].mode !== "observe");
        if (isScaled || isLongTurn) container.rates.sample(at);
      }
      if (!container.isInAuto.mem || !container.memory.hasKilled()) return;
      container.killedAt = clock.monotonic();
      this.#deps.onKilled(container);
    });
    const toLookAt = inTurn.filter((_, index) => (index + round) % roundsPerLimitLook === 0);
    forEach(toLookAt, (container) => {
      driftGuard.look(container);
      driftGuard.lookAtMemory(container);
      driftGuard.rates.lookSoon(container);
    });
  }

  #sample(container: TrackedContainer, isScaled: boolean): UsageSample | undefined {
    const settings = this.#deps.registry.settingsOf(container.name);
    if (settings === undefined) return undefined;
    const sampleSeconds = this.#deps.options().autoSeconds;
    const sample = container.sample(this.#deps.clock, settings, { isScaled, sampleSeconds });
    const { cpuSharesUsed, windowSeconds } = sample;
    if (cpuSharesUsed === undefined && !container.group.exists()) {
      this.#deps.onVanished();
      return undefined;
    }
    if (settings.resources.cpu.mode === "auto") {
      this.#autoCoreSeconds += sharesToCoreSeconds(cpuSharesUsed ?? 0, windowSeconds ?? 0);
    }
    return sample;
  }

  #publish(samples: readonly UsageSample[]): void {
    if (samples.length === 0) return;
    this.#deps.bus.publish("usage", {
      host: this.#deps.host,
      at: this.#deps.clock.monotonic(),
      samples,
      hostObservation: this.#deps.hostObservation(),
    });
  }
}
