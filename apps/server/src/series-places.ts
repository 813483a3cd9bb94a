import { join } from "node:path";
import type { Configuration } from "@sc/contracts";
import { FilePointQueue } from "@sc/point-queue";
import type { Log } from "@sc/ports";
import { OpentsdbWriter, VictoriaMetricsWriter } from "@sc/series-stores";
import type { SeriesPlace } from "@sc/services";

const writers = { opentsdb: OpentsdbWriter, victoriametrics: VictoriaMetricsWriter };
const bytesPerMib = 1_048_576;

/** The stores that the configuration names, each with its queue below the state folder. */
export const openSeriesPlaces = (
  { history, stateFolder }: Configuration,
  log: Log,
): readonly SeriesPlace[] =>
  history.outputs.map(({ name, kind, queueMaxMib, ...place }) => ({
    name,
    writer: new writers[kind](place),
    queue: new FilePointQueue({
      folder: join(stateFolder, "outputs", name),
      bytesMost: queueMaxMib * bytesPerMib,
      log,
    }),
  }));
