import { type Change, sharesPerCore, thresholds } from "@sc/domain";
import type { Bus } from "@sc/ports";
import type { EvaluatedStep } from "@sc/simulation";
import type { RunChange, RunCurves } from "./run-report.ts";

/** What a page can draw; a longer run has longer steps. */
const mostSteps = 36_000;
const shortestSeconds = 0.1;

export interface RecorderOptions {
  readonly seconds: number;
  readonly maxShares: number;
  /** In percent of max, where the policy has thresholds. */
  readonly boundary?: Parameters<typeof thresholds>[0]["boundary"];
  /** Whether the changes come over the bus; else a limit that differs is one. */
  readonly isTold: boolean;
}

/** Writes down what a container used and was allowed, step by step, and every change. */
export class RunRecorder {
  readonly changes: RunChange[] = [];
  readonly #options: RecorderOptions;
  readonly #stepSeconds: number;
  readonly #used: (number | null)[] = [];
  readonly #limit: (number | null)[] = [];
  readonly #backlogMs: (number | null)[] = [];
  #usedBefore = 0;
  #mostBacklogMs = 0;
  #limitBefore: number | null | undefined;

  constructor(options: RecorderOptions) {
    this.#options = options;
    const merged = Math.ceil(options.seconds / shortestSeconds / mostSteps);
    this.#stepSeconds = Math.max(1, merged) * shortestSeconds;
  }

  watch(bus: Bus): Bus {
    bus.subscribe("changes", (changes) => {
      for (const change of changes) if (change.outcome === "applied") this.#noteChange(change);
    });
    return bus;
  }

  step({ seconds, host, path }: EvaluatedStep): void {
    const opened = host.open({ path });
    const limit = opened.ok ? (opened.value.readCpuLimit()?.quotaShares ?? null) : null;
    if (!this.#options.isTold) this.#compare(seconds, limit);
    const { maxShares } = this.#options;
    const backlogMs =
      (host.backlogCoreSeconds(path) / ((limit ?? maxShares) / sharesPerCore)) * 1000;
    this.#mostBacklogMs = Math.max(this.#mostBacklogMs, backlogMs);
    if (seconds < (this.#used.length + 1) * this.#stepSeconds - rounding) return;
    const used = host.readCpuUsedSeconds();
    this.#used.push(((used - this.#usedBefore) / this.#stepSeconds) * sharesPerCore);
    this.#limit.push(limit);
    this.#backlogMs.push(this.#mostBacklogMs);
    this.#usedBefore = used;
    this.#mostBacklogMs = 0;
  }

  curves(): RunCurves {
    const { boundary, maxShares } = this.#options;
    const bands = this.#limit.map((limit) =>
      boundary === undefined ? undefined : thresholds({ max: maxShares, boundary }, limit),
    );
    return {
      stepSeconds: this.#stepSeconds,
      used: this.#used,
      limit: this.#limit,
      upper: bands.map((band) => band?.upper ?? null),
      lower: bands.map((band) => band?.lower ?? null),
      backlogMs: this.#backlogMs,
    };
  }

  #noteChange({ at, old, new: to, reason, resource }: Change): void {
    if (resource !== "cpu") return;
    const { code, text } = reason;
    this.changes.push({ atSeconds: at, from: old ?? null, to: to ?? null, code, text });
  }

  #compare(seconds: number, limit: number | null): void {
    const before = this.#limitBefore;
    this.#limitBefore = limit;
    if (before === undefined || before === limit) return;
    const text = "the published controller wrote it; it gives no reasons";
    this.changes.push({ atSeconds: seconds, from: before, to: limit, code: "peer", text });
  }
}

const rounding = 1e-6;
