import type { Messages, Topic } from "@sc/domain";
import type { Bus, Subscription } from "../bus.ts";

/** A bus that remembers what was published, for tests of services alone. */
export class FakeBus implements Bus {
  /** What subscribers threw. */
  readonly errors: unknown[] = [];
  readonly #published: { [T in Topic]: Messages[T][] } = {
    usage: [],
    groups: [],
    events: [],
    requests: [],
    holds: [],
    held: [],
    orders: [],
    changes: [],
    containers: [],
    structures: [],
  };
  readonly #handlers = new Map<Topic, Set<(message: never) => void>>();
  readonly #queue: (() => void)[] = [];
  #isDelivering = false;

  /** All messages of a topic so far, oldest first. */
  published<T extends Topic>(topic: T): readonly Messages[T][] {
    return this.#published[topic];
  }

  publish<T extends Topic>(topic: T, message: Messages[T]): void {
    this.#published[topic].push(message);
    this.#queue.push(() => this.#deliver(topic, message));
    if (this.#isDelivering) return;
    this.#isDelivering = true;
    for (let next = this.#queue.shift(); next !== undefined; next = this.#queue.shift()) next();
    this.#isDelivering = false;
  }

  subscribe<T extends Topic>(topic: T, handle: (message: Messages[T]) => void): Subscription {
    const handlers = this.#handlers.get(topic) ?? new Set();
    this.#handlers.set(topic, handlers);
    const handler = (message: never): void => handle(message);
    handlers.add(handler);
    return { cancel: () => void handlers.delete(handler) };
  }

  #deliver<T extends Topic>(topic: T, message: Messages[T]): void {
    for (const handler of [...(this.#handlers.get(topic) ?? [])]) {
      try {
        // The set of a topic only holds handlers of its own messages.
        handler(message as never);
      } catch (error) {
        this.errors.push(error);
      }
    }
  }
}
