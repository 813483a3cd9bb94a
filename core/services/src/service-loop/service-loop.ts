/**
 * The life of a service that does one thing every so often: rounds that are guarded, told of and
 * counted. A round that fails is logged once for each cause and shown in the health until one goes
 * well; the next round comes all the same.
 *
 * Whether a round is due is looked at every second, so that a new period is in force at once,
 * however long the one before was.
 */
import type { MonotonicSeconds } from "@sc/domain";
import type { Clock, Log, Timer, Timers } from "@sc/ports";
import type { ServiceHealth } from "./service.ts";

const lookSeconds = 1;
/** Timers come a little early or late; a round is not put off by a whole look for that. */
const slackSeconds = 0.1;
/** Looks come every second; who comes so late is not there any more. */
const silentSecondsMost = 30;

export interface ServiceLoopDeps {
  readonly clock: Clock;
  readonly log: Log;
  readonly timers: Timers;
}

export interface ServiceLoopOptions {
  /** Of the service, for messages. */
  readonly name: string;
  /** Between two rounds, ≥ 1; asked at each look. */
  readonly everySeconds: () => number;
  /** While it answers no, rounds are left out and the service stays ready. */
  readonly isActive: () => boolean;
  readonly round: () => void;
}

export class ServiceLoop {
  readonly #deps: ServiceLoopDeps;
  readonly #options: ServiceLoopOptions;
  #timer: Timer | undefined;
  #lastRound: MonotonicSeconds | undefined;
  #lookedAt: MonotonicSeconds | undefined;
  #failure: { readonly cause: string; readonly count: number } | undefined;

  constructor(deps: ServiceLoopDeps, options: ServiceLoopOptions) {
    this.#deps = deps;
    this.#options = options;
  }

  /** The first round comes at the first look, so that starting takes no time. */
  start(): void {
    if (this.#timer !== undefined) return;
    this.#lastRound = undefined;
    this.#lookedAt = this.#deps.clock.monotonic();
    this.#timer = this.#deps.timers.every(lookSeconds, () => this.#look());
  }

  stop(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  health(): ServiceHealth {
    const lastError =
      this.#failure === undefined
        ? undefined
        : `${this.#failure.cause} (${this.#failure.count} rounds)`;
    if (this.#timer === undefined) return { status: "stopped", lastError };
    const now = this.#deps.clock.monotonic();
    const silentSeconds = Math.round(now - (this.#lookedAt ?? now));
    if (silentSeconds > silentSecondsMost) {
      return { status: "failing", lastError: `it has been silent for ${silentSeconds} s` };
    }
    return { status: lastError === undefined ? "running" : "failing", lastError };
  }

  #look(): void {
    const { everySeconds, isActive } = this.#options;
    const now = this.#deps.clock.monotonic();
    this.#lookedAt = now;
    if (!isActive()) {
      this.#failure = undefined;
      return;
    }
    const passed = this.#lastRound === undefined ? Infinity : now - this.#lastRound;
    if (passed < everySeconds() - slackSeconds) return;
    this.#lastRound = now;
    this.#guarded();
  }

  #guarded(): void {
    const { name, round } = this.#options;
    try {
      round();
    } catch (error) {
      this.#failed(error);
      return;
    }
    if (this.#failure === undefined) return;
    this.#deps.log.info("a service goes well again", { service: name, ...this.#failure });
    this.#failure = undefined;
  }

  #failed(error: unknown): void {
    const cause = error instanceof Error ? error.message : String(error);
    const isKnown = this.#failure?.cause === cause;
    this.#failure = { cause, count: (this.#failure?.count ?? 0) + 1 };
    if (isKnown) return;
    this.#deps.log.error("a round of a service failed; the next one is tried", {
      service: this.#options.name,
      cause: error,
    });
  }
}
