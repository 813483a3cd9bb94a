import type { LiveStream, StreamMessage } from "@sc/ports";
import { change } from "./fake-orchestration.ts";

type Question = Parameters<LiveStream["listen"]>[0];

/** Tells its listeners what a test says; what came before is not kept. */
export class FakeStream implements LiveStream {
  readonly asked: Question[] = [];
  /** Told to a listener before `listen` returns. */
  known: readonly StreamMessage[] = [];
  readonly #listeners = new Set<(message: StreamMessage) => void>();
  #changed = Promise.withResolvers<void>();

  get listenerCount(): number {
    return this.#listeners.size;
  }

  listen(question: Question, onMessage: (message: StreamMessage) => void) {
    this.asked.push(question);
    this.#listeners.add(onMessage);
    for (const message of this.known) onMessage(message);
    this.#tell();
    return {
      cancel: () => {
        this.#listeners.delete(onMessage);
        this.#tell();
      },
    };
  }

  publish(message: StreamMessage): void {
    for (const listener of this.#listeners) listener(message);
  }

  /** Once so many listen. */
  async untilListening(count: number): Promise<void> {
    while (this.#listeners.size !== count) await this.#changed.promise;
  }

  #tell(): void {
    this.#changed.resolve();
    this.#changed = Promise.withResolvers<void>();
  }
}

export const changeMessage = (number: number): StreamMessage => ({
  number,
  topic: "changes",
  data: change,
});
