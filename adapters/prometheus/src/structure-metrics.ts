import { modes, resources } from "@sc/domain";
import type { AccountingView, ContainerView, ResourceView } from "@sc/ports";
import { baseUnits, bytesPerMib, type Labels, type Metric, oneIf } from "./metric.ts";

type Told = Pick<Metric, "name" | "type" | "help">;

const ofEach = (told: Told, value: (view: ContainerView) => number | undefined): Metric => ({
  ...told,
  labels: ["structure"],
  read: ({ structures }) => structures.map((view) => [{ structure: view.name }, value(view)]),
});

/** A value of each resource of each structure; without a limit, or unknown, there is none. */
const ofBoth = (
  what: string,
  help: string,
  value: (view: ResourceView) => number | null | undefined,
): readonly Metric[] =>
  resources.map((resource) => {
    const { word, unit, factor } = baseUnits[resource];
    const told = { name: `sc_structure_${word}_${what}_${unit}`, help: `${help}, in ${unit}.` };
    return ofEach({ ...told, type: "gauge" }, (view) => {
      const state = view.resources[resource];
      const amount = state && value(state);
      return amount === null || amount === undefined ? undefined : amount * factor;
    });
  });

const limits: readonly Metric[] = [
  ...ofBoth("usage", "What the structure uses, measured", ({ used }) => used),
  ...ofBoth("limit", "Its limit now; absent when it has none", ({ current }) => current),
  ...ofBoth("first_limit", "What release puts back; absent when it had none", ({ first }) => first),
  ...ofBoth("min", "The least its limit may be", ({ min }) => min),
  ...ofBoth("max", "The most its limit may be", ({ max }) => max),
  ...ofBoth("upper", "Usage above it asks for more", ({ upper }) => upper),
  ...ofBoth("lower", "Usage below it asks for less", ({ lower }) => lower),
];

const integral = (
  name: string,
  help: string,
  value: (accounting: AccountingView) => number,
): Metric =>
  ofEach({ name: `sc_structure_${name}_total`, type: "counter", help }, ({ accounting }) =>
    value(accounting),
  );

const integrals: readonly Metric[] = [
  integral("cpu_used_seconds", "Core-seconds used.", (of) => of.usedCoreSeconds),
  integral(
    "cpu_allocated_seconds",
    "Core-seconds its limits allowed.",
    (of) => of.allocatedCoreSeconds,
  ),
  integral(
    "cpu_reserved_seconds",
    "Core-seconds its max would have allowed.",
    (of) => of.reservedCoreSeconds,
  ),
  integral(
    "cpu_throttled_seconds",
    "Seconds it waited for its quota.",
    (of) => of.throttledSeconds,
  ),
  integral(
    "memory_used_byte_seconds",
    "Byte-seconds used.",
    (of) => of.usedMibSeconds * bytesPerMib,
  ),
  integral(
    "memory_allocated_byte_seconds",
    "Byte-seconds its limits allowed.",
    (of) => of.allocatedMibSeconds * bytesPerMib,
  ),
  integral(
    "memory_reserved_byte_seconds",
    "Byte-seconds its max would have allowed.",
    (of) => of.reservedMibSeconds * bytesPerMib,
  ),
  integral("watched_seconds", "Seconds it was watched.", (of) => of.watchedSeconds),
  integral("changes", "Changes of its limits.", (of) => of.changes),
];

function* modesOf(view: ContainerView): Iterable<readonly [Labels, number]> {
  for (const resource of resources) {
    const state = view.resources[resource];
    if (state === undefined) continue;
    for (const mode of modes) {
      const labels = { structure: view.name, resource, mode };
      yield [labels, oneIf(state.mode === mode)];
    }
  }
}

/** What is being done with each structure. */
const states: readonly Metric[] = [
  {
    name: "sc_structure_info",
    type: "gauge",
    labels: ["structure", "host", "engine"],
    help: "Always 1: which structures there are, on which host and engine.",
    read: ({ structures }) =>
      structures.map(({ name, host, engine }) => [{ structure: name, host, engine }, 1]),
  },
  {
    name: "sc_structure_mode",
    type: "gauge",
    labels: ["structure", "resource", "mode"],
    help: "1 for the mode a resource of the structure is in, 0 for the others.",
    read: ({ structures }) => structures.flatMap((view) => [...modesOf(view)]),
  },
  ofEach(
    { name: "sc_structure_paused", type: "gauge", help: "1 while it is paused." },
    ({ isPaused }) => oneIf(isPaused),
  ),
  ofEach(
    { name: "sc_structure_frozen", type: "gauge", help: "1 while it is frozen." },
    ({ isFrozen }) => oneIf(isFrozen),
  ),
  ofEach(
    {
      name: "sc_structure_learning",
      type: "gauge",
      help: "1 while it is watched too little to shrink.",
    },
    ({ isLearning }) => oneIf(isLearning),
  ),
  ofEach(
    {
      name: "sc_structure_held",
      type: "gauge",
      help: "1 while something keeps it from being scaled.",
    },
    ({ held }) => oneIf(held !== undefined),
  ),
  ofEach(
    {
      name: "sc_structure_cpu_throttled_ratio",
      type: "gauge",
      help: "Share of the periods of the last 10 s in which it waited for its quota, 0 to 1.",
    },
    ({ throttledRatio }) => throttledRatio,
  ),
];

export const structureMetrics: readonly Metric[] = [...states, ...limits, ...integrals];
