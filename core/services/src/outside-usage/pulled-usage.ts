/**
 * Asks a store elsewhere what containers use, and hands it on like what monitors post. Each resource is
 * asked for alone, and a question that is not answered yet is not asked again: one that hangs or is bad
 * stops no other. What is not told is missing; then the agent's own readings count again after a while.
 */
import { parseStructureName, type Resource, wallSeconds } from "@sc/domain";
import type {
  HealthProblem,
  OutsideReading,
  UsageIntake,
  UsageReader,
  UsageReaderAnswer,
} from "@sc/ports";
import type { Service, ServiceHealth } from "../service-loop/service.ts";
import { ServiceLoop, type ServiceLoopDeps } from "../service-loop/service-loop.ts";

export interface PulledUsageOptions {
  readonly everySeconds: number;
  /** Of what is asked for. */
  readonly windowSeconds: number;
  /** How long ago the window ends: what a store does not have yet is not missing. */
  readonly delaySeconds: number;
}

export interface PulledUsageDeps extends ServiceLoopDeps {
  readonly reader: UsageReader;
  readonly intake: UsageIntake;
  readonly options: PulledUsageOptions;
}

/** No container of a host uses more, in any unit; what says so measures something else. */
const usedMost = 1e9;

export class PulledUsage implements Service {
  readonly name = "pulled-usage";
  readonly #deps: PulledUsageDeps;
  readonly #loop: ServiceLoop;
  readonly #failures = new Map<Resource, string>();
  readonly #asking = new Set<Resource>();
  #calledOff = new AbortController();

  constructor(deps: PulledUsageDeps) {
    this.#deps = deps;
    this.#loop = new ServiceLoop(deps, {
      name: this.name,
      everySeconds: () => deps.options.everySeconds,
      isActive: () => true,
      round: () => this.#askAll(),
    });
  }

  start(): void {
    this.#calledOff = new AbortController();
    this.#loop.start();
  }

  async stop(): Promise<void> {
    this.#loop.stop();
    this.#calledOff.abort();
    this.#asking.clear();
    this.#failures.clear();
  }

  health(): ServiceHealth {
    return this.#loop.health();
  }

  problems(): readonly HealthProblem[] {
    return [...this.#failures].map(([resource, text]) => ({
      code: "SC_USAGE_NOT_PULLED",
      text: `what is used of ${resource} cannot be pulled: ${text}`,
      nextStep: "mend the store or usage.pull; until then the agent's own readings count",
    }));
  }

  #askAll(): void {
    for (const resource of this.#deps.reader.resources) {
      if (this.#asking.has(resource)) continue;
      this.#asking.add(resource);
      void this.#ask(resource, this.#calledOff.signal);
    }
  }

  async #ask(resource: Resource, signal: AbortSignal): Promise<void> {
    const { clock, options, reader } = this.#deps;
    const to = wallSeconds(clock.wall() - options.delaySeconds);
    const from = wallSeconds(to - options.windowSeconds);
    const answer = await reader.read({ resource, from, to }, signal);
    // Of a start before this one.
    if (signal.aborted) return;
    this.#asking.delete(resource);
    if (answer.ok) this.#take(resource, answer.value);
    else this.#note(resource, answer.error.text);
  }

  #take(resource: Resource, { used, unusable }: UsageReaderAnswer): void {
    const { intake, options } = this.#deps;
    const readings: OutsideReading[] = [];
    let bad = unusable;
    for (const [name, amount] of used) {
      const structure = parseStructureName(name);
      // Others than containers have series too.
      if (!structure.ok) continue;
      if (amount >= 0 && amount <= usedMost) {
        const { windowSeconds } = options;
        readings.push({ structure: structure.value, resource, used: amount, windowSeconds });
      } else bad += 1;
    }
    this.#note(
      resource,
      bad === 0 ? undefined : `${bad} of ${used.size + unusable} series are no amounts`,
    );
    if (readings.length > 0) intake.take("pulled", readings);
  }

  #note(resource: Resource, failure: string | undefined): void {
    const before = this.#failures.get(resource);
    if (before === failure) return;
    const { log } = this.#deps;
    if (failure === undefined) {
      this.#failures.delete(resource);
      log.info("usage is pulled again", { resource });
      return;
    }
    this.#failures.set(resource, failure);
    if (before === undefined) log.warn("usage cannot be pulled", { resource, cause: failure });
  }
}
