import {
  type BrakeSettings,
  type CpuLimit,
  monotonicSeconds,
  type Order,
  ok,
  type RunnablePolicy,
  reason,
} from "@sc/domain";
import type { ControlGroup } from "@sc/ports";
import type { ClusterHost, Tampering } from "../cluster/cluster-host.ts";
import { withDecisions } from "../cluster/with-decisions.ts";
import { withGroups } from "../cluster/with-groups.ts";
import type { Failure } from "./run-plan.ts";

/** A fault that is planted on purpose, and what must find it. */
export interface Canary {
  readonly invariant: Failure["invariant"];
  readonly fault: string;
  readonly tampering: Tampering;
}

/** The agent meets other groups than there are. */
const groups = (
  change: (group: ControlGroup, host: ClusterHost) => Partial<ControlGroup>,
): Tampering => ({
  ports: (deps, host) => ({
    ...deps,
    cgroups: withGroups(deps.cgroups, (group) => change(group, host)),
  }),
});

const writer = (write: ControlGroup["writeCpuLimit"]) => ({ writeCpuLimit: write });

const aboveMax = groups((group) =>
  writer((limit) =>
    group.writeCpuLimit({ ...limit, quotaShares: limit.quotaShares && limit.quotaShares * 20 }),
  ),
);

/** The kernel takes what it holds already, and hands out a quota for it. */
const writtenAgain: Tampering = {
  kernel: (group) =>
    writer((limit) => {
      const outcome = group.writeCpuLimit(limit);
      return outcome.kind === "unchanged" ? { kind: "applied", limit, writes: 1 } : outcome;
    }),
};

const notCharged = groups((group) =>
  writer((limit) => {
    const outcome = group.writeCpuLimit(limit);
    return outcome.kind === "applied" ? { ...outcome, writes: 0 } : outcome;
  }),
);

const outsideIgnored: Tampering = {
  ports: (deps) => {
    const { name, bootId, cores, memMibTotal } = deps.hostReader;
    const hostReader = {
      ...{ name, bootId, cores, memMibTotal },
      readCpuUsedSeconds: () => 0,
      readMemory: () => ({ availableMib: memMibTotal, fullStallPercent: 0 }),
    };
    return { ...deps, hostReader };
  },
};

const weightForgotten: Tampering = {
  order: (order) =>
    order.target.resource !== "cpu"
      ? order
      : { ...order, target: { resource: "cpu", limit: { ...order.target.limit, weight: 100 } } },
};

/** Three quarters of what is in use are taken for page cache. */
const useTakenForCache = groups((group) => ({
  readMemory: () => {
    const reading = group.readMemory();
    if (reading === undefined) return undefined;
    const unreclaimableMib = reading.unreclaimableMib / 4;
    return { ...reading, unreclaimableMib, cachedMib: reading.chargedMib - unreclaimableMib };
  },
}));

const lineLeftOut: Tampering = {
  ports: (deps) => ({
    ...deps,
    journal: {
      ...deps.journal,
      append: (entry) => (entry.step === "intended" ? ok(undefined) : deps.journal.append(entry)),
    },
  }),
};

/** To whoever compares its number it is the newest of all, and afterwards what it was. */
function withoutNumber(order: Order): Order {
  let isCompared = false;
  return {
    ...order,
    get sequence() {
      if (isCompared) return order.sequence;
      isCompared = true;
      return Number.MAX_SAFE_INTEGER;
    },
  };
}

const missingIsZero = groups((group) => {
  let last = 0;
  return {
    readCpuUsedSeconds: () => {
      last = group.readCpuUsedSeconds() ?? last;
      return last;
    },
  };
});

const entryLeftOut: Tampering = {
  ports: (deps) => ({ ...deps, lease: { ...deps.lease, hold: () => ok(undefined) } }),
};

const lapseIgnored: Tampering = {
  ports: (deps) => ({ ...deps, lease: { ...deps.lease, state: () => "fresh" } }),
};

const driftNotTold = groups(() => ({ watchLimits: () => ({ cancel: () => {} }) }));

/** What failed for one container fails for all from then on. */
function failsForAll(policy: RunnablePolicy): RunnablePolicy {
  let failure: unknown;
  return withDecisions(policy, (run, input) => {
    if (failure !== undefined) throw failure;
    try {
      return run.decide(input);
    } catch (error) {
      failure = error;
      throw error;
    }
  });
}

/** The kernel is asked once and never again. */
const writtenOver = groups((group) => {
  let known: CpuLimit | undefined;
  return {
    readCpuLimit: () => {
      known ??= group.readCpuLimit();
      return known;
    },
    writeCpuLimit: (limit) => {
      const outcome = group.writeCpuLimit(limit);
      if (outcome.kind === "applied") known = outcome.limit;
      return outcome;
    },
  };
});

/** What a full disk keeps from being written down is not raised either. */
const raiseBlocked: Tampering = {
  ports: (deps, host) => ({
    ...deps,
    cgroups: withGroups(deps.cgroups, (group) =>
      writer((limit) => {
        const held = group.readCpuLimit();
        const isRaise = (limit.quotaShares ?? 0) > (held?.quotaShares ?? Number.POSITIVE_INFINITY);
        const view = host.process.agent.containers().find(({ facts }) => facts.id === group.id);
        if (!host.journal.isFull || !isRaise || view === undefined)
          return group.writeCpuLimit(limit);
        deps.bus.publish("changes", [
          {
            ...{ host: host.name, structure: view.facts.name, id: group.id, resource: "cpu" },
            ...{ outcome: "refused", old: held?.quotaShares, new: limit.quotaShares },
            ...{ author: { kind: "policy", name: "canary" }, sequence: undefined },
            ...{ at: deps.clock.monotonic(), stamp: deps.clock.wall() },
            reason: reason("usage-above-upper", "it needs more"),
            detail: reason("no-journal", "the disk is full"),
          },
        ]);
        const refusal = { code: "io", text: "the disk is full" } as const;
        return { kind: "refused", refusal, limit: held, writes: 0 };
      }),
    ),
  }),
};

/** Durations come from the clock that people set. */
const wallForDurations: Tampering = {
  ports: (deps) => {
    const began = deps.clock.wall() - deps.clock.monotonic();
    const clock = {
      wall: () => deps.clock.wall(),
      monotonic: () => monotonicSeconds(Math.max(0, deps.clock.wall() - began)),
    };
    return { ...deps, clock };
  },
};

const pinned = groups((group, { host }) =>
  writer((limit) => {
    host.setCpuset(group.ref.path, "0");
    return group.writeCpuLimit(limit);
  }),
);

const brakesOff: readonly { readonly fault: string; readonly brakes: Partial<BrakeSettings> }[] = [
  { fault: "a container shrinks before it was watched", brakes: { learningSeconds: 0 } },
  { fault: "what just grew shrinks", brakes: { settleSeconds: 0 } },
  { fault: "a shrink takes all at once", brakes: { shrinkAtOncePercent: 90 } },
  { fault: "shrinks take all in a window", brakes: { shrinkPerWindowPercent: 95 } },
  { fault: "a host's shrinks are not counted", brakes: { hostShrinksPerMinuteAfterStart: 1000 } },
  { fault: "a kill, a restart and refusals are no reason to hold", brakes: { holdSeconds: 0 } },
];

/** Orders for one container are lost, however often they are made. */
const lostForEver = (order: Order): Order | undefined =>
  order.structure.startsWith("web") ? undefined : order;

/** At least one for every invariant, and for each way in which things may not come right. */
export const canaries: readonly Canary[] = [
  { invariant: 1, fault: "a limit above the owner's max is written", tampering: aboveMax },
  { invariant: 1, fault: "what does not change is written again", tampering: writtenAgain },
  { invariant: 1, fault: "a write is not charged", tampering: notCharged },
  { invariant: 2, fault: "the ledger ignores what runs outside", tampering: outsideIgnored },
  { invariant: 2, fault: "the weight does not follow the grant", tampering: weightForgotten },
  { invariant: 3, fault: "memory in use is taken for cache", tampering: useTakenForCache },
  { invariant: 4, fault: "a squeeze has no line in the journal", tampering: lineLeftOut },
  { invariant: 4, fault: "a full disk stops a raise", tampering: raiseBlocked },
  { invariant: 5, fault: "orders are not compared", tampering: { order: withoutNumber } },
  { invariant: 6, fault: "what cannot be read is taken as unused", tampering: missingIsZero },
  { invariant: 7, fault: "the restore list lacks a squeeze", tampering: entryLeftOut },
  { invariant: 7, fault: "a lapsed lease is not noticed", tampering: lapseIgnored },
  { invariant: 7, fault: "a squeeze outlives its lease", tampering: { isWatcherDead: true } },
  { invariant: 8, fault: "nobody tells of another hand", tampering: driftNotTold },
  { invariant: 8, fault: "another hand's limit is written over", tampering: writtenOver },
  { invariant: 9, fault: "one failure stops all", tampering: { policy: failsForAll } },
  { invariant: 9, fault: "durations come from the wall clock", tampering: wallForDurations },
  ...brakesOff.map(({ fault, brakes }) => ({
    invariant: 10 as const,
    fault,
    tampering: { brakes },
  })),
  { invariant: 11, fault: "a cpuset is written", tampering: pinned },
  { invariant: 12, fault: "our own group is scaled", tampering: { intruders: ["self"] } },
  {
    invariant: "converges",
    fault: "a hold never ends",
    tampering: { brakes: { holdSeconds: 1e6 } },
  },
  {
    invariant: "converges",
    fault: "what is lost is never made good",
    tampering: { order: lostForEver },
  },
];
