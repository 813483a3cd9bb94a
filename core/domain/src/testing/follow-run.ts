import type { Observation, Outcome } from "../policies/policy.ts";
import type { RunnablePolicy } from "../policies/running-policy.ts";
import { type CpuLimit, cpuLimitOfShares } from "../structure/cpu-limit.ts";
import type { ResourceSettings } from "../structure/settings.ts";
import { monotonicSeconds, wallSeconds } from "../units/time.ts";
import { idFor, nameFor, settingsFor } from "./sample-data.ts";

/** One container under a policy; what is asked for is applied before the next sample. */
export class FollowedRun {
  /** Requests only. */
  readonly asked: Extract<Outcome, { kind: "request" }>["request"][] = [];
  /** The limit in force; of memory only its amount counts. */
  limit: CpuLimit;
  isObeyed = true;
  readonly #policy: RunnablePolicy;
  readonly #sampleSeconds: number;
  readonly #run: ReturnType<RunnablePolicy["begin"]>;
  #settings: ResourceSettings;
  #at = 0;

  constructor(
    policy: RunnablePolicy,
    options: {
      readonly limit?: Partial<CpuLimit>;
      readonly settings?: Partial<ResourceSettings>;
      readonly sampleSeconds?: number;
    } = {},
  ) {
    this.#policy = policy;
    this.#sampleSeconds = options.sampleSeconds ?? 0.1;
    this.#run = policy.begin(monotonicSeconds(0));
    this.limit = { ...cpuLimitOfShares(300, 100), ...options.limit };
    this.#settings = settingsFor({ min: 10, ...options.settings });
  }

  change(settings: Partial<ResourceSettings>): void {
    this.#settings = { ...this.#settings, ...settings };
  }

  use(used: number | undefined, observed: Partial<Observation> = {}): Outcome {
    this.#at += this.#sampleSeconds;
    const isCpu = this.#policy.resource === "cpu";
    const { outcome } = this.#run.decide({
      observation: {
        structure: nameFor("web"),
        id: idFor("web"),
        windowSeconds: this.#sampleSeconds,
        used,
        limit: this.limit.quotaShares,
        ...(isCpu && { cpuLimit: this.limit }),
        isFrozen: false,
        ...observed,
      },
      settings: this.#settings,
      at: monotonicSeconds(this.#at),
      stamp: wallSeconds(this.#at),
    });
    if (outcome.kind === "request") {
      this.asked.push(outcome.request);
      const { from, amount, cpu } = outcome.request;
      const quotaShares = from + amount;
      if (this.isObeyed) this.limit = { ...this.limit, ...cpu, quotaShares };
    }
    return outcome;
  }

  /** The outcome of the last of so many seconds. */
  useFor(seconds: number, used: number | ((second: number) => number)): Outcome {
    const samples = Math.max(Math.round(seconds / this.#sampleSeconds), 1);
    const useAt = (sample: number): number =>
      typeof used === "number" ? used : used(sample * this.#sampleSeconds);
    let last = this.use(useAt(0));
    for (let sample = 1; sample < samples; sample += 1) last = this.use(useAt(sample));
    return last;
  }

  codes(): readonly string[] {
    return this.asked.map(({ reason }) => reason.code);
  }
}

export const reasonOf = (outcome: Outcome) =>
  outcome.kind === "request" ? outcome.request.reason : outcome.reason;
