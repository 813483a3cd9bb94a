import { err, ok, type Resource } from "@sc/domain";
import type { UsageReader, UsageReaderQuestion } from "../usage-reader.ts";

/** Knows what it was told. */
export class FakeUsageReader implements UsageReader {
  readonly resources: readonly Resource[] = ["cpu", "mem"];
  readonly used: Partial<Record<Resource, Map<string, number>>> = {};
  readonly asked: UsageReaderQuestion[] = [];
  /** Of these nothing is answered. */
  readonly silent = new Set<Resource>();
  /** Of these there is no answer until it is called off. */
  readonly hanging = new Set<Resource>();
  unusable = 0;

  async read(question: UsageReaderQuestion, signal: AbortSignal) {
    this.asked.push(question);
    const { resource } = question;
    if (this.hanging.has(resource) && !signal.aborted) {
      const { promise, resolve } = Promise.withResolvers<void>();
      signal.addEventListener("abort", () => resolve(), { once: true });
      await promise;
    }
    if (signal.aborted || this.silent.has(resource)) return err({ text: "connection refused" });
    return ok({ used: this.used[resource] ?? new Map(), unusable: this.unusable });
  }
}
