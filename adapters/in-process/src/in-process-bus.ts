import { invariant, type Messages, type Topic } from "@sc/domain";
import type { Bus, Log, Subscription } from "@sc/ports";

/**
 * The bus of one process. Delivery is synchronous: when the outermost `publish` returns, its message
 * and all that followed from it were handled. What a subscriber publishes waits in a queue until the
 * present message has reached everyone, so that all see the same order.
 */
export class InProcessBus implements Bus {
  readonly #log: Log;
  readonly #subscribers: { readonly [T in Topic]: Set<(message: Messages[T]) => void> } = {
    usage: new Set(),
    groups: new Set(),
    events: new Set(),
    requests: new Set(),
    holds: new Set(),
    held: new Set(),
    orders: new Set(),
    changes: new Set(),
    containers: new Set(),
    structures: new Set(),
  };
  #queue: (() => void)[] = [];
  #isDelivering = false;

  constructor(deps: { readonly log: Log }) {
    this.#log = deps.log;
  }

  publish<T extends Topic>(topic: T, message: Messages[T]): void {
    this.#queue.push(() => this.#deliver(topic, message));
    if (!this.#isDelivering) this.#drain();
  }

  subscribe<T extends Topic>(topic: T, handle: (message: Messages[T]) => void): Subscription {
    // A function of its own, so that one handler may subscribe twice.
    const subscriber = (message: Messages[T]): void => handle(message);
    this.#subscribers[topic].add(subscriber);
    return { cancel: () => void this.#subscribers[topic].delete(subscriber) };
  }

  #drain(): void {
    this.#isDelivering = true;
    try {
      for (let delivered = 0; delivered < this.#queue.length; delivered += 1) {
        invariant(
          delivered < mostFollowingMessages,
          "subscribers do not answer each other for ever",
        );
        this.#queue[delivered]?.();
      }
    } finally {
      this.#queue = [];
      this.#isDelivering = false;
    }
  }

  #deliver<T extends Topic>(topic: T, message: Messages[T]): void {
    const subscribers = this.#subscribers[topic];
    for (const subscriber of [...subscribers]) {
      if (!subscribers.has(subscriber)) continue;
      try {
        subscriber(message);
      } catch (cause) {
        this.#log.error("A subscriber of the bus threw; the others got the message.", {
          topic,
          cause,
        });
      }
    }
  }
}

/** One sample of 1 000 containers is followed by about six messages; more than this is a loop. */
const mostFollowingMessages = 10_000;
