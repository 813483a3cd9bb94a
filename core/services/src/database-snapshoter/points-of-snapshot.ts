import {
  type ByResource,
  type ResourceState,
  resources,
  type SeriesPoint,
  type ServiceSettings,
  type StructureSnapshot,
  type StructureState,
  type WallSeconds,
} from "@sc/domain";

/** What points tell of besides a snapshot. */
export interface SeriesFacts {
  /** What the host has of each resource; what is not known is absent. */
  readonly totals: Partial<ByResource<number>>;
  readonly guardian: ServiceSettings["guardian"];
  readonly nodeAgent: ServiceSettings["node-agent"];
}

/**
 * A snapshot as the published framework writes it: metrics `structure.<resource>.<field>` and
 * `limit.<resource>.<field>` with the tag `structure`, `conf.<service>.<key>` with the tag `service`.
 * What is not known, or has no limit, is no point: nobody has to know that -1 means neither.
 */
export function* pointsOfSnapshot(
  { host, stamp, structures }: StructureSnapshot,
  facts: SeriesFacts,
): Generator<SeriesPoint> {
  for (const structure of structures) yield* pointsOfStructure(structure, stamp);
  for (const resource of resources) {
    const value = facts.totals[resource];
    const tags = { structure: host };
    if (isValue(value)) yield { metric: `structure.${resource}.max`, tags, stamp, value };
  }
  yield* pointsOfSettings(facts, stamp);
}

function* pointsOfStructure(
  { name, resources: states }: StructureState,
  stamp: WallSeconds,
): Generator<SeriesPoint> {
  const tags = { structure: name };
  for (const resource of resources) {
    const state = states[resource];
    if (state === undefined) continue;
    for (const [metric, read] of fields) {
      const value = read(state);
      if (isValue(value)) yield { metric: metric(resource), tags, stamp, value };
    }
  }
}

type Metric = (resource: string) => string;
type Read = (state: ResourceState) => number | null | undefined;

const fields: readonly (readonly [Metric, Read])[] = [
  [(resource) => `structure.${resource}.max`, ({ max }) => max],
  [(resource) => `structure.${resource}.min`, ({ min }) => min],
  [(resource) => `structure.${resource}.current`, ({ current }) => current],
  [(resource) => `structure.${resource}.usage`, ({ used }) => used],
  [(resource) => `limit.${resource}.upper`, ({ upper }) => upper],
  [(resource) => `limit.${resource}.lower`, ({ lower }) => lower],
];

const isValue = (value: number | null | undefined): value is number => Number.isFinite(value);

/** Of the published keys those that mean something here: there is no delay, and no request waits. */
function* pointsOfSettings(
  { guardian, nodeAgent }: SeriesFacts,
  stamp: WallSeconds,
): Generator<SeriesPoint> {
  const tags = { service: "guardian" };
  const window = guardian.windowSeconds || nodeAgent.autoSeconds;
  const timeout = window * guardian.eventTimeoutWindows;
  yield { metric: "conf.guardian.window_timelapse", tags, stamp, value: window };
  yield { metric: "conf.guardian.window_delay", tags, stamp, value: 0 };
  yield { metric: "conf.guardian.event_timeout", tags, stamp, value: timeout };
}
