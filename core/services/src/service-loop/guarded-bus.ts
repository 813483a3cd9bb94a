/**
 * The bus as one service has it. What the service throws at a message is logged once for each cause,
 * counted, and kept until a message of that topic goes well: a service that fails at all its messages
 * would otherwise do nothing, ten times a second, and be taken for one that finds nothing to do.
 */
import type { Messages, MonotonicSeconds, Topic } from "@sc/domain";
import type { Bus, Clock, Log, Subscription } from "@sc/ports";

/** So long a failure is shown that no message of its topic has followed. */
const shownSeconds = 30;

interface Failure {
  readonly cause: string;
  readonly count: number;
  readonly first: MonotonicSeconds;
  readonly last: MonotonicSeconds;
}

export class GuardedBus implements Bus {
  readonly service: string;
  readonly #deps: { readonly bus: Bus; readonly clock: Clock; readonly log: Log };
  readonly #failures = new Map<Topic, Failure>();

  constructor(
    deps: { readonly bus: Bus; readonly clock: Clock; readonly log: Log },
    service: string,
  ) {
    this.#deps = deps;
    this.service = service;
  }

  publish<T extends Topic>(topic: T, message: Messages[T]): void {
    this.#deps.bus.publish(topic, message);
  }

  subscribe<T extends Topic>(topic: T, handle: (message: Messages[T]) => void): Subscription {
    return this.#deps.bus.subscribe(topic, (message) => {
      try {
        handle(message);
      } catch (error) {
        this.#failed(topic, error);
        return;
      }
      this.#wentWell(topic);
    });
  }

  /** What the service fails at now, and has for at least so many seconds; `undefined` when all is well. */
  failure(leastSeconds = 0): string | undefined {
    const now = this.#deps.clock.monotonic();
    for (const [topic, { cause, count, first, last }] of this.#failures) {
      if (now - last > shownSeconds || last - first < leastSeconds) continue;
      return `${cause} (${count} messages of ${topic})`;
    }
    return undefined;
  }

  #failed(topic: Topic, error: unknown): void {
    const { clock, log } = this.#deps;
    const cause = error instanceof Error ? error.message : String(error);
    const last = clock.monotonic();
    const before = this.#failures.get(topic);
    const { count, first } = before ?? { count: 0, first: last };
    this.#failures.set(topic, { cause, count: count + 1, first, last });
    if (before?.cause === cause) return;
    const { service } = this;
    log.error("a service failed at a message; the next one is tried", { service, topic, error });
  }

  #wentWell(topic: Topic): void {
    const before = this.#failures.get(topic);
    if (before === undefined) return;
    this.#failures.delete(topic);
    const { cause, count } = before;
    const { service } = this;
    this.#deps.log.info("a service goes well again", { service, topic, cause, count });
  }
}
