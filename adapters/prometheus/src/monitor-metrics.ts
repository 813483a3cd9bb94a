import { type Metric, single } from "./metric.ts";

/** What monitors posted; absent while nobody may. */
export const monitorMetrics: readonly Metric[] = [
  single(
    {
      name: "sc_posted_points_accepted_total",
      type: "counter",
      help: "Points that monitors posted and that were taken.",
    },
    ({ posted }) => posted?.accepted,
  ),
  {
    name: "sc_posted_points_refused_total",
    type: "counter",
    labels: ["reason"],
    help: "Points that monitors posted and that were not taken, by reason.",
    read: ({ posted }) => (posted?.refused ?? []).map(({ why, count }) => [{ reason: why }, count]),
  },
  {
    name: "sc_posted_points_noted_total",
    type: "counter",
    labels: ["reason"],
    help: "Points that were taken though they came late, out of order, or again with another value.",
    read: ({ posted }) => (posted?.noted ?? []).map(({ why, count }) => [{ reason: why }, count]),
  },
  single(
    {
      name: "sc_posted_series",
      type: "gauge",
      help: "Series of posted points that are kept now.",
    },
    ({ posted }) => posted?.series,
  ),
];
