import { type BrakeSettings, type Order, ok, type Policy } from "@sc/domain";
import type { ControlGroup } from "@sc/ports";
import type { InvariantNumber } from "../invariants/checker.ts";
import { withGroups } from "./tampered-groups.ts";
import type { Tampering, World } from "./world.ts";

/** A fault that is planted on purpose, and the invariant whose checker must find it. */
export interface Canary {
  readonly invariant: InvariantNumber;
  readonly fault: string;
  readonly tampering: Tampering;
}

/** The agent meets other groups than there are. */
const groups = (
  change: (group: ControlGroup, world: World) => Partial<ControlGroup>,
): Tampering => ({
  ports: (deps, world) => ({
    ...deps,
    cgroups: withGroups(deps.cgroups, (group) => change(group, world)),
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
    order.target.resource === "mem"
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
function failsForAll<State>(policy: Policy<State>): Policy<State> {
  let failure: unknown;
  return {
    ...policy,
    decide: (state, input) => {
      if (failure !== undefined) throw failure;
      try {
        return policy.decide(state, input);
      } catch (error) {
        failure = error;
        throw error;
      }
    },
  };
}

const pinned = groups((group, world) =>
  writer((limit) => {
    world.stage.host.setCpuset(group.ref.path, "0");
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

/** At least one for every invariant. */
export const canaries: readonly Canary[] = [
  { invariant: 1, fault: "a limit above the owner's max is written", tampering: aboveMax },
  { invariant: 1, fault: "what does not change is written again", tampering: writtenAgain },
  { invariant: 1, fault: "a write is not charged", tampering: notCharged },
  { invariant: 2, fault: "the ledger ignores what runs outside", tampering: outsideIgnored },
  { invariant: 2, fault: "the weight does not follow the grant", tampering: weightForgotten },
  { invariant: 3, fault: "memory in use is taken for cache", tampering: useTakenForCache },
  { invariant: 4, fault: "a squeeze has no line in the journal", tampering: lineLeftOut },
  { invariant: 5, fault: "orders are not compared", tampering: { order: withoutNumber } },
  { invariant: 6, fault: "what cannot be read is taken as unused", tampering: missingIsZero },
  { invariant: 7, fault: "the restore list lacks a squeeze", tampering: entryLeftOut },
  { invariant: 7, fault: "a lapsed lease is not noticed", tampering: lapseIgnored },
  { invariant: 8, fault: "nobody tells of another hand", tampering: driftNotTold },
  { invariant: 9, fault: "one failure stops all", tampering: { policy: failsForAll } },
  ...brakesOff.map(({ fault, brakes }) => ({
    invariant: 10 as const,
    fault,
    tampering: { brakes },
  })),
  { invariant: 11, fault: "a cpuset is written", tampering: pinned },
  { invariant: 12, fault: "our own group is scaled", tampering: { intruders: ["self"] } },
];
