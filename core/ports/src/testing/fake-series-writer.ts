import type { SeriesPoint } from "@sc/domain";
import type { SeriesWriter, WriteAnswer } from "../series-writer.ts";

/** A store in memory: the same metric, tags and time are the same point. */
export class FakeSeriesWriter implements SeriesWriter {
  readonly stored = new Map<string, number>();
  /** What is said in place of taking; `undefined` takes. */
  answer: WriteAnswer | undefined;
  /** While it is set no write ends by itself. */
  isEndless = false;
  writes = 0;

  async write(points: readonly SeriesPoint[], signal: AbortSignal): Promise<WriteAnswer> {
    this.writes += 1;
    if (this.isEndless) await aborted(signal);
    if (signal.aborted) return { kind: "away", text: "it was called off" };
    if (this.answer !== undefined) return this.answer;
    for (const point of points) this.stored.set(keyOf(point), point.value);
    return { kind: "taken" };
  }
  /** Set where a test wants a store that is asked first. */
  absent: SeriesWriter["absent"];

  /** Answers truly, while it is not away. */
  readonly tellAbsent = async (points: readonly SeriesPoint[]) =>
    this.answer?.kind === "away"
      ? undefined
      : points.filter((point) => !this.stored.has(keyOf(point)));
}

const keyOf = ({ metric, tags, stamp }: SeriesPoint): string =>
  JSON.stringify([metric, tags, stamp]);

const aborted = async (signal: AbortSignal): Promise<void> => {
  if (signal.aborted) return;
  const { promise, resolve } = Promise.withResolvers<void>();
  signal.addEventListener("abort", () => resolve(), { once: true });
  await promise;
};
