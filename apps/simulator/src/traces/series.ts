export type TraceResource = "cpu" | "mem" | "disk_read" | "disk_write" | "net";

/** What a file says about one resource, step by step. */
export interface TraceSeries {
  /** The file, as a path below the folder that was read. */
  readonly trace: string;
  readonly resource: TraceResource;
  /**
   * `requests`: arrivals. `demand`: what would be used without a limit. `usage`: what was used under
   * the limits of its day.
   */
  readonly kind: "requests" | "demand" | "usage";
  readonly stepSeconds: number;
  /** The mean of each known step: requests/s, or cpu shares, MiB, MiB/s of disks, Mbit/s of net. */
  readonly values: Float64Array;
  /** Steps nothing is known of are not in `values`: time closes over them. */
  readonly gaps: readonly Gap[];
}

export interface Gap {
  /** Where in `values` it was: seconds of known steps before it. */
  readonly atSeconds: number;
  readonly seconds: number;
}

/** Something about a file that a reader of its figures should know. */
export interface FileNote {
  readonly file: string;
  readonly note: string;
}

export interface SkippedFile {
  readonly file: string;
  readonly reason: string;
}

export interface TraceSet {
  readonly series: readonly TraceSeries[];
  /** What could not be used, whole files or one resource of a file. */
  readonly skipped: readonly SkippedFile[];
  readonly notes: readonly FileNote[];
}

/** What was found out about one text. */
export interface ParsedTrace {
  readonly series: readonly TraceSeries[];
  readonly reasons: readonly string[];
  readonly notes: readonly string[];
}
