import type { SeriesPoint } from "@sc/domain";
import type { SeriesWriter, WriteAnswer } from "@sc/ports";
import type { StorePlace } from "../ask-store.ts";
import { type WriteFormat, writePoints } from "../write-points.ts";
import { absentPoints } from "./absent-points.ts";

/** Writes to the `/api/v1/import` of VictoriaMetrics, which takes names as they are. */
export class VictoriaMetricsWriter implements SeriesWriter {
  readonly #place: StorePlace;

  constructor(place: StorePlace) {
    this.#place = place;
  }

  write(points: readonly SeriesPoint[], signal: AbortSignal): Promise<WriteAnswer> {
    return writePoints(this.#place, format, points, signal);
  }

  absent(
    points: readonly SeriesPoint[],
    signal: AbortSignal,
  ): Promise<readonly SeriesPoint[] | undefined> {
    return absentPoints(this.#place, points, signal);
  }
}

const format: WriteFormat = {
  path: "/api/v1/import",
  contentType: "application/json",
  body: (points) => points.map(lineOf).join("\n"),
  // What it cannot read it leaves out and counts itself; it never refuses points for good.
  read: ({ status }) => (status === 204 ? { kind: "taken" } : undefined),
};

const lineOf = ({ metric, tags, stamp, value }: SeriesPoint): string =>
  JSON.stringify({
    metric: { __name__: metric, ...tags },
    values: [value],
    timestamps: [Math.round(stamp * 1000)],
  });
