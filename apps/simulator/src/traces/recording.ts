import type { TraceSeries } from "./series.ts";

/** What a file holds, in its own units and before it is put on a grid of time. */
export interface Recording {
  /** Seconds, from whatever moment; absent: the readings follow each other at `stepSeconds`. */
  readonly stamps?: readonly number[];
  /** Of a reading whose stamps do not tell. */
  readonly stepSeconds: number;
  /** How many readings there are. */
  readonly rows: number;
  readonly columns: readonly Column[];
}

export interface Column extends Measure {
  /** `null`: nothing is known; a text: why it is no value. */
  at(row: number): number | null | string;
}

/** What a column means. */
export interface Measure {
  readonly resource: TraceSeries["resource"];
  readonly kind: TraceSeries["kind"];
  /** From the file's unit to ours. */
  scale(value: number, stepSeconds: number): number;
}

/** No container of ours uses more; what says so counts something else. In our units. */
export const mostOf: Readonly<Record<TraceSeries["resource"] | "requests", number>> = {
  requests: 100_000,
  cpu: 1_000_000,
  mem: 16 * 1024 * 1024,
  disk_read: 100_000,
  disk_write: 100_000,
  net: 1_000_000,
};

export const asItIs = (value: number): number => value;
export const mibPerSecond = (bytes: number, seconds: number): number => bytes / 1_048_576 / seconds;
export const mbitPerSecond = (bytes: number, seconds: number): number =>
  (bytes * 8) / 1_000_000 / seconds;
/** A machine of 4 cores, 8 GiB, a gigabit network and a disk of 200 MiB/s is taken for 100 %. */
export const percentOfMachine = {
  cpu: (percent: number): number => percent * 4,
  mem: (percent: number): number => (percent / 100) * 8192,
  net: (percent: number): number => (percent / 100) * 1000,
  disk: (percent: number): number => (percent / 100) * 200,
};
