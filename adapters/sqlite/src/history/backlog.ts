import type { StructureName } from "@sc/domain";
import type { RecordRow } from "./history-protocol.ts";

/** A chunk that is finished and not written yet. */
export interface FinishedChunk {
  readonly structure: StructureName;
  readonly run: number;
  readonly firstMs: number;
  readonly lastMs: number;
  readonly count: number;
  readonly data: Uint8Array;
}

/** While nothing can be written so much waits in memory; then the oldest is dropped: an hour of 1 000 structures. */
const bytesMax = 64 * 1024 * 1024;
const recordsMax = 50_000;

/** What waits to be written, the oldest first. */
export class Backlog {
  #chunks: FinishedChunk[] = [];
  #records: RecordRow[] = [];
  #bytes = 0;
  droppedReadings = 0;
  droppedRecords = 0;

  get chunks(): readonly FinishedChunk[] {
    return this.#chunks;
  }

  get records(): readonly RecordRow[] {
    return this.#records;
  }

  get isEmpty(): boolean {
    return this.#chunks.length === 0 && this.#records.length === 0;
  }

  addChunk(chunk: FinishedChunk): void {
    this.#chunks.push(chunk);
    this.#bytes += chunk.data.length;
    let dropped = 0;
    while (this.#bytes > bytesMax) {
      const oldest = this.#chunks[dropped];
      if (oldest === undefined) break;
      this.#bytes -= oldest.data.length;
      this.droppedReadings += oldest.count;
      dropped += 1;
    }
    if (dropped > 0) this.#chunks = this.#chunks.slice(dropped);
  }

  addRecords(rows: readonly RecordRow[]): void {
    for (const row of rows) this.#records.push(row);
    const dropped = this.#records.length - recordsMax;
    if (dropped <= 0) return;
    this.droppedRecords += dropped;
    this.#records = this.#records.slice(dropped);
  }

  /** Forgets the first ones: they are written. */
  written(chunks: number, records: number): void {
    for (const { data } of this.#chunks.slice(0, chunks)) this.#bytes -= data.length;
    this.#chunks = this.#chunks.slice(chunks);
    this.#records = this.#records.slice(records);
  }

  /** Forgets all of it and counts it as lost. */
  drop(): void {
    for (const { count } of this.#chunks) this.droppedReadings += count;
    this.droppedRecords += this.#records.length;
    this.written(this.#chunks.length, this.#records.length);
  }
}
