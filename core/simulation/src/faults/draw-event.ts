import {
  type ByResource,
  type ComputeResource,
  computeResources,
  type Mode,
  modes,
} from "@sc/domain";
import type { WriteRefusal } from "@sc/ports";
import type { HostEvent } from "../cluster/host-event.ts";
import { deliveries } from "../cluster/message-link.ts";
import { linkNames } from "../cluster/message-links.ts";
import type { OwnersLimits } from "../cluster/tenants.ts";
import type { Draws } from "./draws.ts";

/** One thing that happens, and what ends it some time later. */
export interface Happening {
  readonly event: HostEvent;
  readonly end?: HostEvent;
}

/*
 * What an owner's tools write ends in a fraction that we never come to: so it shows whose a limit is.
 */
export const ownersFraction = { shares: 0.37, memMib: 0.25 } as const;

const ownersShares = (draws: Draws): number => draws.integer(20, 400) + ownersFraction.shares;
const ownersMib = (draws: Draws): number => draws.integer(100, 3000) + ownersFraction.memMib;

export const drawFirstLimits = (draws: Draws): OwnersLimits => ({
  shares: draws.isOneIn(6) ? null : ownersShares(draws),
  memMib: draws.isOneIn(6) ? null : ownersMib(draws),
});

export function drawDemand(draws: Draws, name: string): HostEvent {
  if (!draws.isOneIn(4))
    return { kind: "demand", name, cores: draws.of([0, 0.05, 0.2, 0.5, 1, 1.7, 3]) };
  const everySeconds = draws.of([0.2, 1, 4]);
  return { kind: "pulses", name, everySeconds, coreSeconds: everySeconds * draws.of([0.1, 0.6]) };
}

/** Which policies decide about which resource. */
export type PolicyNames = ByResource<readonly string[]>;

export function drawPolicy(
  draws: Draws,
  { name, resource }: { readonly name: string; readonly resource: ComputeResource },
  policies: PolicyNames,
): HostEvent {
  return { kind: "policy", name, resource, policy: draws.of(policies[resource]) };
}

/** A day like any other, of one container of these. */
export function drawDailyLife(
  draws: Draws,
  { names, policies }: { readonly names: readonly string[]; readonly policies: PolicyNames },
): Happening {
  const name = draws.of(names);
  const resource = (): ComputeResource => draws.of(computeResources);
  const isOneOf = (): string | undefined => (draws.isOneIn(3) ? undefined : name);
  return draws.weighted<Happening>([
    { weight: 8, make: () => ({ event: drawDemand(draws, name) }) },
    {
      weight: 8,
      make: () => ({ event: { kind: "use-memory", name, memMib: draws.integer(0, 2500) } }),
    },
    { weight: 2, make: () => ({ event: { kind: "cache", name, memMib: draws.integer(0, 2000) } }) },
    {
      weight: 5,
      make: () => {
        const mode = draws.of<Mode>(["auto", "auto", "auto", ...modes]);
        return { event: { kind: "mode", name, resource: resource(), mode } };
      },
    },
    {
      weight: 2,
      make: () => ({ event: drawPolicy(draws, { name, resource: resource() }, policies) }),
    },
    {
      weight: 3,
      make: () => {
        const band = { min: draws.integer(1, 100), max: draws.integer(100, 1500) };
        return { event: { kind: "band", name, resource: resource(), ...band } };
      },
    },
    {
      weight: 2,
      make: () => switched((isOn) => ({ kind: "pause", name: isOneOf(), isOn })),
    },
    {
      weight: 7,
      make: () => {
        const amounts = [1, 2, 3].slice(draws.integer(0, 2)).map(() => drawAmount(draws));
        return { event: { kind: "orders", name, resource: resource(), amounts } };
      },
    },
    {
      weight: 2,
      make: () => ({ event: { kind: "restart", name, first: drawFirstLimits(draws) } }),
    },
    {
      weight: 1,
      make: () => ({
        event: { kind: "go", name },
        end: { kind: "come", name, first: drawFirstLimits(draws) },
      }),
    },
    {
      weight: 1,
      make: () => ({
        event: { kind: "rename", name, to: `${name}-new` },
        end: { kind: "rename", name: `${name}-new`, to: name },
      }),
    },
    { weight: 1, make: () => ({ event: { kind: "release", name: isOneOf() } }) },
  ]);
}

/** Of shares and of MiB, below and above what most may have. */
const drawAmount = (draws: Draws): number =>
  draws.isOneIn(2) ? draws.integer(0, 150) : draws.integer(0, 3000);

const switched = (make: (isOn: boolean) => HostEvent): Happening => ({
  event: make(true),
  end: make(false),
});

/** What goes wrong, with one container of these or with the host. */
export function drawMishap(draws: Draws, names: readonly string[]): Happening {
  return draws.weighted<Happening>([
    { weight: 8, make: () => drawDelivery(draws) },
    { weight: 11, make: () => drawHarm(draws, draws.of(names)) },
    { weight: 6, make: () => drawHostMishap(draws) },
    { weight: 6, make: () => ({ event: drawDeath(draws) }) },
  ]);
}

const ordersLink = { receiver: "agent", topic: "orders" } as const;

function drawDelivery(draws: Draws): Happening {
  // A third of all mishaps of messages are those of orders.
  const link = draws.isOneIn(3) ? ordersLink : draws.of(linkNames);
  const how = draws.of(deliveries.filter((one) => one !== "normal"));
  return {
    event: { kind: "delivery", link, how },
    end: { kind: "delivery", link, how: "normal" },
  };
}

const refusals: readonly WriteRefusal[] = [
  { code: "busy", text: "the kernel is busy" },
  { code: "io", text: "the kernel could not write" },
  { code: "hierarchy", text: "the group above allows less" },
];

function drawHarm(draws: Draws, name: string): Happening {
  return draws.weighted<Happening>([
    {
      weight: 2,
      make: () => {
        const refusal = draws.of(refusals);
        return { event: { kind: "refuse", name, refusal, count: draws.integer(1, 3) } };
      },
    },
    {
      weight: 3,
      make: () => {
        const shares = draws.isOneIn(6) ? null : ownersShares(draws);
        return { event: { kind: "owner-sets-cpu", name, shares, burst: draws.of([0, 0, 10]) } };
      },
    },
    {
      weight: 3,
      make: () => {
        const memMib = draws.isOneIn(6) ? null : ownersMib(draws);
        return { event: { kind: "owner-sets-memory", name, memMib } };
      },
    },
    { weight: 1, make: () => switched((isOn) => ({ kind: "frozen", name, isOn })) },
    { weight: 1, make: () => switched((isOn) => ({ kind: "unreadable", name, isOn })) },
    {
      weight: 1,
      make: () => {
        const part = draws.of(["reading", "decision"] as const);
        return switched((isOn) => ({ kind: "broken", name, part, isOn }));
      },
    },
  ]);
}

function drawHostMishap(draws: Draws): Happening {
  return draws.weighted<Happening>([
    { weight: 1, make: () => switched((isOn) => ({ kind: "pressed", isOn })) },
    {
      weight: 4,
      make: () => {
        const of = draws.of(["journal", "lease", "state"] as const);
        return switched((isOn) => ({ kind: "full-disk", of, isOn }));
      },
    },
    {
      weight: 1,
      make: () => ({
        event: { kind: "store", fault: draws.of(["unreadable", "silent"] as const) },
        end: { kind: "store", fault: undefined },
      }),
    },
    {
      weight: 1,
      make: () => ({
        event: { kind: "slow-memory", seconds: draws.of([1, 8]) },
        end: { kind: "slow-memory", seconds: 0 },
      }),
    },
    {
      weight: 1,
      make: () => ({ event: { kind: "clock-step", seconds: draws.of([-86_400, 86_400, -3]) } }),
    },
  ]);
}

function drawDeath(draws: Draws): HostEvent {
  return draws.weighted<HostEvent>([
    {
      weight: 3,
      make: () => {
        const when = draws.of(["before", "after"] as const);
        return { kind: "crash-at-step", steps: draws.integer(1, 8), when };
      },
    },
    {
      weight: 2,
      make: () => {
        const isRestored = draws.isOneIn(3);
        return { kind: "crash", downSeconds: draws.of([0, 0, 4, 13]), isRestored };
      },
    },
    { weight: 1, make: () => ({ kind: "agent-dies", downSeconds: draws.of([0.1, 3, 13]) }) },
    {
      weight: 2,
      make: () => {
        const decider = draws.of(["guardian", "scaler"] as const);
        return { kind: "decider-dies", decider, downSeconds: draws.of([0.1, 2, 6]) };
      },
    },
    { weight: 2, make: () => ({ kind: "stall", seconds: draws.of([0.4, 3, 9, 15]) }) },
  ]);
}
