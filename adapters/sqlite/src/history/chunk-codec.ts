/*
 * Readings of one structure as few bytes: the stamps, then a column per metric, then a check sum. Counters of
 * what was allocated or in use are the integral of a gauge beside them, which leaves next to nothing to write.
 * A container is sampled a little before or after the common stamp. What was reserved grows with its own time
 * and nothing else, so it is written first and is the clock of the other counters.
 *
 *     cpu             to 10 µs
 *     memory          to 1/256 MiB, and 1/256 MiB-second
 *     cpu limit       to 1/1000 share
 *     stamps          to 1 ms
 */
import { crc32 } from "node:zlib";
import { err, type HistoryMetric, ok, type Result, type UsageReadings } from "@sc/domain";
import { BitReader, BitWriter } from "./bit-stream.ts";
import { asRead, type ColumnSpec, readColumn, writeColumn } from "./column-codec.ts";

/** Of what is written; the metrics in their order belong to it. */
const format = 1;
const formatBits = 8;
const countBits = 24;
/** A chunk that says it has more is damaged. */
export const chunkReadingsMax = 100_000;
const checkBytes = 4;
const millisecond = 1000;

const scales: Readonly<Record<HistoryMetric, number>> = {
  cpuUsedCoreSeconds: 100_000,
  cpuAllocatedCoreSeconds: 100_000,
  cpuReservedCoreSeconds: 100_000,
  cpuThrottledSeconds: 100_000,
  cpuLimitShares: 1000,
  memUsedMib: 256,
  memLimitMib: 256,
  memUsedMibSeconds: 256,
  memAllocatedMibSeconds: 256,
  memReservedMibSeconds: 256,
};

/** A column comes after those that say how it grows: gauges, then clocks. */
const order: readonly HistoryMetric[] = [
  "cpuLimitShares",
  "memUsedMib",
  "memLimitMib",
  "cpuReservedCoreSeconds",
  "memReservedMibSeconds",
  "cpuUsedCoreSeconds",
  "cpuAllocatedCoreSeconds",
  "cpuThrottledSeconds",
  "memUsedMibSeconds",
  "memAllocatedMibSeconds",
];

const clocks: { readonly [Metric in HistoryMetric]?: HistoryMetric } = {
  memReservedMibSeconds: "cpuReservedCoreSeconds",
  cpuUsedCoreSeconds: "cpuReservedCoreSeconds",
  cpuAllocatedCoreSeconds: "cpuReservedCoreSeconds",
  cpuThrottledSeconds: "cpuReservedCoreSeconds",
  memUsedMibSeconds: "memReservedMibSeconds",
  memAllocatedMibSeconds: "memReservedMibSeconds",
};

/** Which gauge a counter is the integral of, and how many units a second one unit of it makes. */
const integrals: { readonly [Metric in HistoryMetric]?: readonly [HistoryMetric, number] } = {
  cpuAllocatedCoreSeconds: ["cpuLimitShares", 1 / 100],
  memUsedMibSeconds: ["memUsedMib", 1],
  memAllocatedMibSeconds: ["memLimitMib", 1],
};

export function encodeChunk({ stamps, columns }: UsageReadings): Uint8Array {
  const times = stamps.map((stamp) => Math.round(stamp * millisecond));
  const writer = new BitWriter();
  writer.write(format, formatBits);
  writer.write(stamps.length, countBits);
  writeColumn(writer, times, stampSpec(times.length));
  const specs = new Specs(times);
  for (const metric of order) {
    writeColumn(writer, columns[metric], specs.of(metric));
    if (tellsOthers.has(metric)) specs.learn(metric, asRead(columns[metric], scales[metric]));
  }
  const bytes = writer.finish();
  const chunk = new Uint8Array(bytes.length + checkBytes);
  chunk.set(bytes);
  new DataView(chunk.buffer).setUint32(bytes.length, crc32(bytes));
  return chunk;
}

/** The readings of a chunk, or why it is none. Never throws, whatever the bytes. */
export function decodeChunk(
  chunk: Uint8Array,
  resolutionSeconds: number,
): Result<UsageReadings, string> {
  if (chunk.length <= checkBytes) return err("it is too short");
  const bytes = chunk.subarray(0, -checkBytes);
  const view = new DataView(chunk.buffer, chunk.byteOffset, chunk.byteLength);
  if (view.getUint32(bytes.length) !== crc32(bytes)) return err("its check sum is wrong");
  const reader = new BitReader(bytes);
  const found = reader.read(formatBits);
  if (found !== format) return err(`its format is ${found}`);
  return decodeColumns(reader, resolutionSeconds);
}

/** Without the check sum, which keeps damage from getting here. */
export function decodeColumns(
  reader: BitReader,
  resolutionSeconds: number,
): Result<UsageReadings, string> {
  const count = reader.read(countBits);
  if (count > chunkReadingsMax) return err(`it has ${count} readings`);
  const times = readColumn(reader, count, stampSpec(count));
  const columns: Partial<Record<HistoryMetric, Float64Array>> = {};
  const specs = new Specs(times);
  for (const metric of order) {
    const column = readColumn(reader, count, specs.of(metric));
    columns[metric] = column;
    if (tellsOthers.has(metric)) specs.learn(metric, column);
  }
  if (reader.isOverrun) return err("it ends too early");
  for (let index = 1; index < count; index += 1)
    if (!((times[index] ?? 0) > (times[index - 1] ?? 0))) return err("its stamps do not rise");
  const stamps = times.map((time) => time / millisecond);
  return ok({ resolutionSeconds, stamps, columns: columns as UsageReadings["columns"] });
}

const stampSpec = (count: number) => ({
  scale: 1,
  growth: undefined,
  times: new Float64Array(count).map((_, index) => index),
  ownTimes: undefined,
});

/** Columns that say how others grow. */
const tellsOthers: ReadonlySet<HistoryMetric> = new Set([
  ...Object.values(clocks),
  ...Object.values(integrals).map(([gauge]) => gauge),
]);

/** How each column of a chunk is written, from those before it: as the reader has them, which has no others. */
class Specs {
  readonly #times: Float64Array;
  readonly #columns = new Map<HistoryMetric, Float64Array>();
  readonly #ownTimes = new Map<HistoryMetric, Float64Array | undefined>();

  constructor(times: Float64Array) {
    this.#times = times;
  }

  learn(metric: HistoryMetric, column: Float64Array): void {
    this.#columns.set(metric, column);
    this.#ownTimes.set(metric, ownTimesBy(column, this.#times));
  }

  of(metric: HistoryMetric): ColumnSpec {
    const scale = scales[metric];
    const clock = clocks[metric];
    const [gauge, factor] = integrals[metric] ?? [];
    const unitsPerMs = (scale * (factor ?? 0)) / millisecond;
    return {
      scale,
      times: this.#times,
      ownTimes: clock && this.#ownTimes.get(clock),
      growth: gauge && this.#columns.get(gauge)?.map((value) => value * unitsPerMs),
    };
  }
}

/** The clock's own times, as long as the common ones altogether; `undefined` where it stands or is not known. */
function ownTimesBy(clock: Float64Array, times: Float64Array): Float64Array | undefined {
  if (clock.length < 2) return undefined;
  const [first = 0] = clock;
  const ratio = ((times.at(-1) ?? 0) - (times[0] ?? 0)) / ((clock.at(-1) ?? 0) - first);
  for (let index = 1; index < clock.length; index += 1)
    if (!((clock[index] ?? 0) > (clock[index - 1] ?? 0))) return undefined;
  return Number.isFinite(ratio) ? clock.map((value) => (value - first) * ratio) : undefined;
}
