import { historyMetrics, type StructureName, type UsageReadings, usageColumns } from "@sc/domain";
import { freshTier } from "./tiers.ts";

const width = historyMetrics.length;
/** As many as a minute has seconds, with room for late and early ones; grows where readings come faster. */
const firstCapacity = 64;

/** The readings of one structure of the minute that is under way. */
export class OpenChunk {
  readonly structure: StructureName;
  /** Since this worker began; grows each time the clock steps back. */
  readonly run: number;
  #stamps = new Float64Array(firstCapacity);
  #values = new Float64Array(firstCapacity * width);
  #count = 0;

  constructor(structure: StructureName, run: number) {
    this.structure = structure;
    this.run = run;
  }

  get count(): number {
    return this.#count;
  }

  get firstMs(): number {
    return this.#stamps[0] ?? 0;
  }

  get lastMs(): number {
    return this.#stamps[this.#count - 1] ?? Number.NEGATIVE_INFINITY;
  }

  /** Copies the row at `offset`; false when there is one of this time already. */
  push(stampMs: number, values: Float64Array, offset: number): boolean {
    if (stampMs <= this.lastMs) return false;
    if (this.#count === this.#stamps.length) this.#grow();
    this.#stamps[this.#count] = stampMs;
    this.#values.set(values.subarray(offset, offset + width), this.#count * width);
    this.#count += 1;
    return true;
  }

  readings(): UsageReadings {
    return {
      resolutionSeconds: freshTier.resolutionSeconds,
      stamps: Float64Array.from(
        { length: this.#count },
        (_, row) => (this.#stamps[row] ?? 0) / 1000,
      ),
      columns: usageColumns((_, column) =>
        Float64Array.from(
          { length: this.#count },
          (__, row) => this.#values[row * width + column] ?? Number.NaN,
        ),
      ),
    };
  }

  #grow(): void {
    const [stamps, values] = [this.#stamps, this.#values];
    this.#stamps = new Float64Array(stamps.length * 2);
    this.#stamps.set(stamps);
    this.#values = new Float64Array(values.length * 2);
    this.#values.set(values);
  }
}
