import type { Messages, Topic } from "@sc/domain";
import type { Bus, Subscription } from "@sc/ports";
import { type Delivery, MessageLink } from "./message-link.ts";
import type { ProcessLife } from "./process-life.ts";

export type Receiver = "agent" | "guardian" | "scaler";

/** A topic, and the service it is on its way to. */
export interface LinkName {
  readonly receiver: Receiver;
  readonly topic: Topic;
}

/** All that anything is decided by. */
export const linkNames: readonly LinkName[] = [
  { receiver: "agent", topic: "orders" },
  { receiver: "guardian", topic: "usage" },
  { receiver: "guardian", topic: "containers" },
  { receiver: "scaler", topic: "usage" },
  { receiver: "scaler", topic: "containers" },
  { receiver: "scaler", topic: "changes" },
  { receiver: "scaler", topic: "requests" },
];

/** The ways of all messages between the services of one host. */
export class MessageLinks {
  readonly #links = new Map<string, MessageLink>();
  readonly #note: (how: Delivery) => void;

  constructor(note: (how: Delivery) => void = () => undefined) {
    this.#note = note;
  }

  of({ receiver, topic }: LinkName): MessageLink {
    const key = `${receiver} ${topic}`;
    const link = this.#links.get(key) ?? new MessageLink(this.#note);
    this.#links.set(key, link);
    return link;
  }

  /** The bus as one service of one process has it. */
  bus(inner: Bus, receiver: Receiver, life: ProcessLife): Bus {
    return {
      publish: (topic, message) => inner.publish(topic, message),
      subscribe: (topic, handle) => this.#subscribe(inner, { receiver, topic, handle, life }),
    };
  }

  #subscribe<T extends Topic>(
    inner: Bus,
    {
      receiver,
      topic,
      handle,
      life,
    }: {
      readonly receiver: Receiver;
      readonly topic: T;
      readonly handle: (message: Messages[T]) => void;
      readonly life: ProcessLife;
    },
  ): Subscription {
    const link = this.of({ receiver, topic });
    let isCancelled = false;
    const subscription = inner.subscribe(topic, (message) =>
      link.bring(() => {
        if (life.isRunning && !isCancelled) handle(message);
      }),
    );
    return {
      cancel: () => {
        isCancelled = true;
        subscription.cancel();
      },
    };
  }

  wait(): void {
    for (const link of this.#links.values()) link.wait();
  }

  /** From now on every message comes once and at once. */
  mend(): void {
    for (const link of this.#links.values()) link.set("normal");
  }

  lose(): void {
    for (const link of this.#links.values()) link.lose();
  }
}
