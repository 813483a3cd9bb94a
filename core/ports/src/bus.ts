import type { Messages, Topic } from "@sc/domain";

/** How services hear of each other. Delivery is in the order of publishing, per subscriber. */
export interface Bus {
  /**
   * Hands `message` to all who subscribed to `topic`. A subscriber that throws is logged and never
   * keeps the message from the others, nor the exception from being seen.
   */
  publish<T extends Topic>(topic: T, message: Messages[T]): void;
  subscribe<T extends Topic>(topic: T, handle: (message: Messages[T]) => void): Subscription;
}

export interface Subscription {
  cancel(): void;
}
