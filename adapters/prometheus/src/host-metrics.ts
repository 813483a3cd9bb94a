import { type HostBook, resources } from "@sc/domain";
import {
  baseUnits,
  bytesPerMib,
  type Metric,
  oneIf,
  type Sample,
  type Scrape,
  single,
} from "./metric.ts";

/** A metric of the host, labelled with its name. */
const ofHost = (
  told: Pick<Metric, "name" | "help">,
  value: (scrape: Scrape) => number | undefined,
): Metric => ({
  ...told,
  type: "gauge",
  labels: ["host"],
  read: (scrape) => [[{ host: scrape.health.host }, value(scrape)]],
});

const ofBook = (what: string, help: string, value: (book: HostBook) => number) =>
  resources.map((resource) => {
    const { word, unit, factor } = baseUnits[resource];
    return ofHost(
      { name: `sc_host_${word}_${what}_${unit}`, help: `${help}, in ${unit}.` },
      ({ host }) => {
        const kept = host[resource];
        return kept && value(kept) * factor;
      },
    );
  });

const book: readonly Metric[] = [
  ...ofBook("capacity", "What the host has", ({ total }) => total),
  ...ofBook(
    "grantable",
    "What may be granted: less the reserve and what is outside auto",
    ({ grantable }) => grantable,
  ),
  ...ofBook("granted", "What the structures in auto hold", ({ granted }) => granted),
];

const overcommitted: Metric = {
  name: "sc_host_overcommitted",
  type: "gauge",
  labels: ["host", "resource"],
  help: "1 while more is granted than the host can give.",
  read: ({ health, host }) =>
    resources.map((resource) => [
      { host: health.host, resource },
      oneIf(host[resource]?.isOvercommitted === true),
    ]),
};

const state: readonly Metric[] = [
  ofHost(
    { name: "sc_host_pressed", help: "1 while the host is short of memory: nothing grows." },
    ({ host }) => oneIf(host.isPressed),
  ),
  ofHost({ name: "sc_host_paused", help: "1 while everything is paused." }, ({ health }) =>
    oneIf(health.isPaused),
  ),
  ofHost(
    { name: "sc_host_structures", help: "Structures that run." },
    ({ health }) => health.containers,
  ),
  ofHost(
    { name: "sc_host_structures_in_auto", help: "Structures with a resource in auto." },
    ({ health }) => health.inAuto,
  ),
];

const services: readonly Metric[] = [
  {
    name: "sc_service_up",
    type: "gauge",
    labels: ["service"],
    help: "1 while the service runs, also when its last round failed.",
    read: ({ health }) =>
      health.services.map(({ name, status }) => [{ service: name }, oneIf(status !== "stopped")]),
  },
  {
    name: "sc_service_failing",
    type: "gauge",
    labels: ["service"],
    help: "1 while the last round of the service failed.",
    read: ({ health }) =>
      health.services.map(({ name, status }) => [{ service: name }, oneIf(status === "failing")]),
  },
  single(
    {
      name: "sc_ready",
      type: "gauge",
      help: "1 when usage is measured and what people set is in force.",
    },
    ({ health }) => oneIf(health.isReady),
  ),
  {
    name: "sc_problems",
    type: "gauge",
    labels: ["code"],
    help: "What an operator should look at, by error code; absent when there is nothing.",
    read: ({ health }) => problemsByCode(health.problems),
  },
];

function problemsByCode(problems: readonly { readonly code: string }[]): readonly Sample[] {
  const counts = new Map<string, number>();
  for (const { code } of problems) counts.set(code, (counts.get(code) ?? 0) + 1);
  return [...counts].map(([code, count]) => [{ code }, count]);
}

const history: readonly Metric[] = [
  single(
    {
      name: "sc_history_lost_readings_total",
      type: "counter",
      help: "Readings of one structure the history lost.",
    },
    ({ health }) => health.history?.lostReadings,
  ),
  single(
    {
      name: "sc_history_lost_records_total",
      type: "counter",
      help: "Events, requests and changes the history lost.",
    },
    ({ health }) => health.history?.lostRecords,
  ),
  single(
    {
      name: "sc_history_queued_batches",
      type: "gauge",
      help: "Batches that wait to be written.",
    },
    ({ health }) => health.history?.queued,
  ),
  single(
    { name: "sc_history_size_bytes", type: "gauge", help: "What the history takes on the disk." },
    ({ health: { history } }) =>
      history?.sizeMib === undefined ? undefined : history.sizeMib * bytesPerMib,
  ),
  single(
    {
      name: "sc_history_failing",
      type: "gauge",
      help: "1 while the history cannot be written; absent where none is kept.",
    },
    ({ health: { history } }) =>
      history === undefined ? undefined : oneIf(history.failure !== undefined),
  ),
];

/** The host, the services on it, and what they remember. */
export const hostMetrics: readonly Metric[] = [
  ...book,
  overcommitted,
  ...state,
  ...services,
  ...history,
];
