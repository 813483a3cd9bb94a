import { computeResources } from "@sc/domain";
import type { ClusterHostOptions, Tampering } from "../cluster/cluster-host.ts";
import {
  drawDailyLife,
  drawDemand,
  drawFirstLimits,
  drawMishap,
  drawPolicy,
  type Happening,
  type PolicyNames,
} from "./draw-event.ts";
import { Draws } from "./draws.ts";
import type { FaultPlan, PlannedEvent } from "./fault-plan.ts";
import { quickBrakes } from "./quick-brakes.ts";

export interface PlanOptions {
  readonly seed: number;
  /** Default: 2 to 4, by chance. */
  readonly hostCount?: number;
  /** Until the faults stop; default 45. */
  readonly seconds?: number;
  readonly tampering?: Tampering;
  /** Those that decide; default: the published rules, and ours. */
  readonly policies?: PolicyNames;
}

const defaultPolicies: PolicyNames = {
  cpu: ["serverless-rules", "burst-quota"],
  mem: ["serverless-rules", "memory-pressure"],
  // The kernel of the model has neither disk nor network.
  disk_read: [],
  disk_write: [],
  net: [],
};

const defaultSeconds = 45;
/** Seconds between two things that happen on one host, in the mean. */
const dailyEverySeconds = 1.5;
const mishapEverySeconds = 2.5;
/** What is switched on lasts at least and at most so long. */
const lasting = { least: 3, most: 100 };

/** The same seed plans the same. */
export function makePlan(options: PlanOptions): FaultPlan {
  const { seed, hostCount, seconds = defaultSeconds, tampering } = options;
  const { policies = defaultPolicies } = options;
  const draws = new Draws(`faults ${seed}`);
  const count = hostCount ?? draws.of([2, 2, 2, 3, 3, 4]);
  const hosts: ClusterHostOptions[] = [];
  const events: PlannedEvent[] = [];
  for (let host = 0; host < count; host += 1) {
    const drawn = new Draws(`faults ${seed} host ${host}`);
    const names = namesOf(host, drawn.integer(2, 4));
    hosts.push(drawHost(drawn, host, tampering));
    events.push(...drawEvents(drawn, { host, names, seconds, policies }));
  }
  events.push(...drawMoves(draws, { count, seconds }));
  // What comes at the same moment stays in the order in which it was drawn.
  events.sort((a, b) => a.at - b.at);
  return { seed, hosts, events, seconds };
}

const roles = ["web", "db", "cache", "batch"] as const;

const namesOf = (host: number, count: number): readonly string[] =>
  roles.slice(0, count).map((role) => `${role}-${host + 1}`);

function drawHost(draws: Draws, host: number, tampering?: Tampering): ClusterHostOptions {
  const cores = draws.of([4, 8]);
  return {
    name: `host-${host + 1}`,
    cores,
    memMibTotal: draws.of([4096, 8192]),
    outside: { cores: cores / 4, memMib: 500 },
    brakes: quickBrakes,
    agent: { drift: draws.of(["adopt", "adopt", "repair", "hold"] as const) },
    ...(tampering !== undefined && { tampering }),
  };
}

interface OfHost {
  readonly host: number;
  readonly names: readonly string[];
  readonly seconds: number;
  readonly policies: PolicyNames;
}

/** Everything comes at first, and nearly everything goes into auto. */
function drawEvents(draws: Draws, of: OfHost): readonly PlannedEvent[] {
  const { host, names, seconds, policies } = of;
  const events: PlannedEvent[] = [];
  const plan = (tenths: number, event: PlannedEvent["event"]): void =>
    void events.push({ at: tenths / 10, host, event });
  for (const name of names) {
    plan(0, { kind: "come", name, first: drawFirstLimits(draws) });
    plan(0, drawDemand(draws, name));
    plan(0, { kind: "use-memory", name, memMib: draws.integer(20, 400) });
    for (const resource of computeResources) {
      plan(9, drawPolicy(draws, { name, resource }, policies));
      if (!draws.isOneIn(5)) plan(10, { kind: "mode", name, resource, mode: "auto" });
    }
  }
  const often = (everySeconds: number, draw: () => Happening): void => {
    for (let count = Math.round(seconds / everySeconds); count > 0; count -= 1) {
      const tenths = draws.integer(12, seconds * 10);
      const { event, end } = draw();
      plan(tenths, event);
      if (end !== undefined) plan(tenths + draws.integer(lasting.least, lasting.most), end);
    }
  };
  often(dailyEverySeconds, () => drawDailyLife(draws, of));
  often(mishapEverySeconds, () => drawMishap(draws, names));
  return events.filter(({ at }) => at < seconds);
}

/** A container ends on one host and begins on another: its settings are there before it. */
function drawMoves(
  draws: Draws,
  { count, seconds }: { readonly count: number; readonly seconds: number },
): readonly PlannedEvent[] {
  if (count < 2) return [];
  return [1, 2].flatMap(() => {
    const from = draws.integer(0, count - 1);
    const to = (from + draws.integer(1, count - 1)) % count;
    const name = draws.of(namesOf(from, 2));
    const at = draws.integer(50, seconds * 10 - 10) / 10;
    const first = drawFirstLimits(draws);
    return [
      { at, host: from, event: { kind: "go", name } },
      { at: at + draws.of([0.1, 0.8]), host: to, event: { kind: "come", name, first } },
      { at: at + 0.9, host: to, event: drawDemand(draws, name) },
    ] as const;
  });
}
