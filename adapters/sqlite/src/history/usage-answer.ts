import {
  aggregateUsage,
  type UsageHistory,
  type UsageHistoryQuestion,
  type UsageReadings,
} from "@sc/domain";

/** A chunk that may be read, wherever it is. */
export interface ReadableChunk {
  readonly run: number;
  readonly firstMs: number;
  readonly lastMs: number;
  /** `undefined` = it is damaged. */
  read(): UsageReadings | undefined;
}

/** Reads what the question needs and no more: chunks of its time, and the one next to it on each side. */
export function answerUsage(
  question: UsageHistoryQuestion,
  chunks: readonly ReadableChunk[],
): UsageHistory {
  const runs = new Map<number, ReadableChunk[]>();
  for (const chunk of chunks) {
    const run = runs.get(chunk.run);
    if (run === undefined) runs.set(chunk.run, [chunk]);
    else run.push(chunk);
  }
  const inOrder = [...runs.entries()].toSorted(([a], [b]) => a - b);
  return aggregateUsage(
    question,
    inOrder.flatMap(([, run]) => {
      const needed = pickNeeded(run, question.from * 1000, question.to * 1000);
      return needed.length === 0 ? [] : [needed.flatMap((chunk) => chunk.read() ?? [])];
    }),
  );
}

function pickNeeded(
  run: readonly ReadableChunk[],
  fromMs: number,
  toMs: number,
): readonly ReadableChunk[] {
  const sorted = run.toSorted((a, b) => a.firstMs - b.firstMs);
  const begin = sorted.findIndex(({ lastMs }) => lastMs >= fromMs);
  if (begin < 0) return [];
  const after = sorted.findIndex(({ firstMs }) => firstMs >= toMs);
  return sorted.slice(Math.max(0, begin - 1), after < 0 ? sorted.length : after + 1);
}

/** So that the answer is handed over, not copied. */
export function buffersOf({ stamps, cpu, mem, throttledRatio }: UsageHistory): ArrayBuffer[] {
  const arrays = [stamps, ...Object.values(cpu), ...Object.values(mem), throttledRatio];
  return [...new Set(arrays.map(({ buffer }) => buffer))].filter(
    (buffer) => buffer instanceof ArrayBuffer,
  );
}
