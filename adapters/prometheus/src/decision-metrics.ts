import type { Counted } from "@sc/ports";
import { type Labels, type Metric, type Sample, single } from "./metric.ts";

const samplesOf = <Of extends Counted<object>>(
  counted: readonly Of[],
  labels: (one: Of) => Labels,
): readonly Sample[] =>
  counted.map((one) => [{ resource: one.resource, ...labels(one) }, one.count]);

/** What was decided since the start. */
export const decisionMetrics: readonly Metric[] = [
  single(
    {
      name: "sc_usage_samples_total",
      type: "counter",
      help: "Readings of one structure that were decided about.",
    },
    ({ counters }) => counters.samples,
  ),
  {
    name: "sc_events_total",
    type: "counter",
    labels: ["resource", "direction"],
    help: "Thresholds that were crossed: up is above upper, down below lower.",
    read: ({ counters }) => samplesOf(counters.events, ({ direction }) => ({ direction })),
  },
  {
    name: "sc_requests_total",
    type: "counter",
    labels: ["resource", "direction"],
    help: "Wishes to raise or lower a limit.",
    read: ({ counters }) => samplesOf(counters.requests, ({ direction }) => ({ direction })),
  },
  {
    name: "sc_requests_held_total",
    type: "counter",
    labels: ["resource", "reason"],
    help: "Wishes that did not become an order, by reason.",
    read: ({ counters }) => samplesOf(counters.held, ({ code }) => ({ reason: code })),
  },
  {
    name: "sc_changes_total",
    type: "counter",
    labels: ["resource", "outcome", "author"],
    help: "Limits that were written, refused, or noticed to be another hand's, by who wanted it.",
    read: ({ counters }) =>
      samplesOf(counters.changes, ({ outcome, author }) => ({ outcome, author })),
  },
];
