/**
 * Makes orders of the requests for one host's containers: shrinks first, then growth, as far as
 * brakes and host allow. Every request ends as an order or is held with a reason.
 *
 * Growth only counts on what is free now. What this plan's own shrinks give back is left for the
 * next one, a sample later: a shrink may be refused, and a grant that was counted on it would then
 * oversell the host.
 */
import type {
  Author,
  HeldRequest,
  LimitValue,
  Order,
  ScalingRequest,
} from "../messages/messages.ts";
import type { HostObservation } from "../observation/usage-sample.ts";
import { type Reason, reason } from "../reason/reason.ts";
import {
  formatShares as formatNumber,
  kernelDefaultCpuLimit,
  shapedCpuLimit,
} from "../structure/cpu-limit.ts";
import {
  type ByPresentResource,
  byResource,
  isRateResource,
  type Resource,
  resourceUnits,
} from "../structure/resource.ts";
import type { StructureName } from "../structure/structure-name.ts";
import type { MonotonicSeconds } from "../units/time.ts";
import type { BrakeSettings } from "./brake-settings.ts";
import { type ContainerBrakes, judgeShrink, recordShrink } from "./container-brakes.ts";
import type { CoreMap } from "./core-map/core-map.ts";
import type { CoreId } from "./core-map/cpu-topology.ts";
import { type PlacedCores, placeOrders } from "./core-map/place-orders.ts";
import { type AskBudgets, type BudgetLeft, Budgets } from "./groups/budgets.ts";
import {
  type HostBrakes,
  hostShrinksLeft,
  hostShrinksPerMinute,
  recordHostShrinks,
} from "./host-brakes.ts";
import { compareTexts, mergeRequests } from "./merge-requests.ts";
import { memoryWaitPolicy } from "./more-memory.ts";
import type { PlannedContainer } from "./planned-container.ts";
import { safeLimitPolicy } from "./safe-limit.ts";
import { beginFairRound, type FairRound, targetInRound } from "./share-full-host.ts";
import { type Wish, wishOf } from "./wished-limit.ts";

export interface PlanInput {
  readonly host: string;
  readonly at: MonotonicSeconds;
  readonly requests: readonly ScalingRequest[];
  readonly observation: HostObservation;
  /** Growth ordered since the observation, not yet in what it counts as granted. */
  readonly growthUnderWay: ByPresentResource<number>;
  readonly container: (name: StructureName) => PlannedContainer | undefined;
  readonly hostBrakes: HostBrakes;
  readonly brakeSettings: BrakeSettings;
  /** The sequence of the first order; the others follow it. */
  readonly firstSequence: number;
  /** Everyone on the host, asked for where it is full. */
  readonly names: () => readonly StructureName[];
  /** Of a full host, as the plan before left it. */
  readonly fairRound?: FairRound | undefined;
  /** What the groups a container belongs to have left, largest group last; absent = it is in none. */
  readonly budgets?: AskBudgets;
  /** Of a host whose containers are pinned; absent = shared, where no cpuset is ever written. */
  readonly coreMap?: CoreMap;
}

export interface PlannedOrder {
  readonly order: Order;
  /** The brakes on this limit after the order. */
  readonly brakes: ContainerBrakes;
  /** What the order adds to what is granted; 0 for a shrink. */
  readonly growth: number;
  /** The cpuset that comes with a cpu limit on a pinned host. */
  readonly cores: readonly CoreId[] | undefined;
  /** The application whose change this is a share of. */
  readonly onBehalfOf: StructureName | undefined;
}

export interface Plan {
  readonly orders: readonly PlannedOrder[];
  readonly held: readonly HeldRequest[];
  readonly hostBrakes: HostBrakes;
  readonly fairRound: FairRound | undefined;
  /** The core map with the orders in it; `undefined` on a shared host. */
  readonly coreMap: CoreMap | undefined;
}

export function planHost(input: PlanInput): Plan {
  const merged = mergeRequests(input.requests.filter((request) => !request.isRecommendation));
  const held: HeldRequest[] = [
    ...input.requests.filter((request) => request.isRecommendation).map(holdRecommendation),
    ...merged.superseded,
  ];
  const shrinks: Wish[] = [];
  const growths: Wish[] = [];
  const made: Made[] = [];
  for (const request of merged.requests) {
    const wish = wishOf(request, input.container(request.structure));
    if (wish.kind === "held") held.push({ request, reason: wish.reason });
    else if (wish.target < wish.current) shrinks.push(wish);
    else if (wish.target > wish.current) growths.push(wish);
    // Another burst, period or weight takes nothing of the host.
    else made.push({ wish, limit: wish.current, reason: request.reason });
  }
  const fair = shareFairly(input, { shrinks, growths, held });
  planShrinks(input, [...shrinks, ...fair.donors], { made, held });
  planGrowths(input, fair.growths, { made, held });
  const placed = placeOnCores(input.coreMap, { made, held });
  const shrinkCount = placed.made.filter(({ wish, limit }) => limit < wish.current).length;
  return {
    orders: placed.made.map((one, index) => orderOf(input, one, input.firstSequence + index)),
    held,
    hostBrakes: recordHostShrinks(input.hostBrakes, input.at, shrinkCount),
    fairRound: fair.round,
    coreMap: placed.coreMap,
  };
}

interface Fairness {
  /** Those who are to give back, and are free to. */
  readonly donors: readonly Wish[];
  readonly growths: Wish[];
  readonly round: FairRound | undefined;
}

/** Where the cpu of the host does not suffice, nobody grows beyond a fair share while others wait. */
function shareFairly(
  input: PlanInput,
  of: { readonly shrinks: readonly Wish[]; readonly growths: Wish[]; readonly held: HeldRequest[] },
): Fairness {
  const { at, fairRound } = input;
  if (isRoomForAll(input, of.growths)) {
    return { donors: [], growths: of.growths, round: fairRound };
  }
  if (fairRound !== undefined && at < fairRound.until) {
    return { donors: [], growths: growthsInRound(input, fairRound, of), round: fairRound };
  }
  const begun = beginRound(input, of.growths);
  if (begun === undefined) return { donors: [], growths: of.growths, round: undefined };
  const donors = begun.requests.flatMap((request) => {
    const wish = wishOf(request, input.container(request.structure));
    return wish.kind === "held" || isAmong(of.shrinks, wish) ? [] : [wish];
  });
  return { donors, growths: growthsInRound(input, begun.round, of), round: begun.round };
}

/** The usual case, found out without a look at anyone else. */
const isRoomForAll = (input: PlanInput, growths: readonly Wish[]): boolean =>
  growths.reduce(
    (sum, { request, target, current }) =>
      request.resource === "cpu" ? sum + target - current : sum,
    0,
  ) <= freeOf(input, "cpu");

function beginRound(input: PlanInput, growths: readonly Wish[]) {
  const ofCpu = growths.filter(({ request }) => request.resource === "cpu");
  const [first] = ofCpu;
  if (first === undefined) return undefined;
  return beginFairRound({
    at: input.at,
    stamp: first.request.stamp,
    grantable: input.observation.cpu.grantable,
    targets: new Map(ofCpu.map(({ request, target }) => [request.structure, target])),
    names: input.names,
    container: input.container,
  });
}

function growthsInRound(
  { observation }: PlanInput,
  round: FairRound,
  { growths, held }: { readonly growths: Wish[]; readonly held: HeldRequest[] },
): Wish[] {
  // There nothing grows at all, and is told so.
  if (observation.cpu.isOvercommitted) return growths;
  return growths.flatMap((wish) => {
    const { request, current } = wish;
    if (request.resource !== "cpu") return [wish];
    const target = targetInRound(round, { ...wish, name: request.structure });
    if (target !== undefined) return [{ ...wish, target }];
    const text = `the host is full: ${formatNumber(current)} shares are its fair share`;
    held.push({ request, reason: reason("host-full", text) });
    return [];
  });
}

const isAmong = (wishes: readonly Wish[], { request }: Wish): boolean =>
  wishes.some(
    (each) =>
      each.request.structure === request.structure && each.request.resource === request.resource,
  );

interface Made {
  readonly wish: Wish;
  readonly limit: number;
  readonly reason: Reason;
  readonly cores?: readonly CoreId[];
}

interface Outcomes {
  readonly made: Made[];
  readonly held: HeldRequest[];
}

const holdRecommendation = (request: ScalingRequest): HeldRequest => ({
  request,
  reason: reason("recommend-only", "the mode is recommend: recorded, not applied"),
});

/** What gives back most goes first, so that a bounded number of shrinks frees most. */
function planShrinks(input: PlanInput, wishes: Wish[], { made, held }: Outcomes): void {
  const { at, brakeSettings, hostBrakes } = input;
  let left = hostShrinksLeft(hostBrakes, brakeSettings, at);
  const size = (wish: Wish): number => wish.current - wish.target;
  wishes.sort((a, b) => size(b) - size(a) || byName(a, b));
  for (const wish of wishes) {
    const { request, planned, current, target } = wish;
    const { max } = planned.settings;
    const verdict = judgeShrink(planned.brakes, brakeSettings, { at, current, target, max });
    if (verdict.kind === "held") {
      held.push({ request, reason: verdict.reason });
    } else if (left === 0) {
      const most = hostShrinksPerMinute(hostBrakes, brakeSettings, at);
      const text = `the host had its ${most} shrinks of this minute`;
      held.push({ request, reason: reason("host-shrinks-too-many", text) });
    } else {
      left -= 1;
      const cut = { code: "cut-to-brake" as const, text: verdict.cut };
      made.push({ wish, limit: verdict.limit, reason: reasonOf(wish, verdict.limit, cut) });
    }
  }
}

/** By priority, then the smaller grant, which gains most from the same amount. */
function planGrowths(input: PlanInput, wishes: Wish[], { made, held }: Outcomes): void {
  const free = byResource((resource) => freeOf(input, resource));
  const budgets = new Budgets(input.budgets);
  wishes.sort(
    (a, b) => b.request.priority - a.request.priority || a.current - b.current || byName(a, b),
  );
  for (const wish of wishes) {
    const { request, current, target } = wish;
    const { resource } = request;
    const unit = resourceUnits[resource];
    const wanted = target - current;
    const budget = budgets.tightest(request);
    const granted = Math.min(wanted, free[resource], budget?.left ?? Number.POSITIVE_INFINITY);
    const blocking =
      growthBlocked(input.observation, wish) ??
      groupFull(budget, wish) ??
      hostFull(input.observation, wish, free[resource]);
    if (blocking !== undefined) {
      held.push({ request, reason: blocking });
    } else {
      free[resource] -= granted;
      budgets.take(request, granted);
      const whose = granted === budget?.left ? budget.group : "the host";
      const text =
        granted < wanted ? `${whose} has only ${formatNumber(granted)} ${unit} left` : undefined;
      const limit = current + granted;
      made.push({ wish, limit, reason: reasonOf(wish, limit, { code: "cut-to-host", text }) });
    }
  }
}

/** Growing by rounding errors would refill a container for nothing. */
const isWorthIt = (room: number, { current, target }: Wish): boolean =>
  room >= Math.min(target - current, 1);

function groupFull(budget: BudgetLeft | undefined, wish: Wish): Reason | undefined {
  if (budget === undefined || isWorthIt(budget.left, wish)) return undefined;
  const left = formatNumber(Math.max(budget.left, 0));
  const unit = resourceUnits[wish.request.resource];
  return reason("group-full", `${budget.group} has ${left} ${unit} left for its containers`);
}

function hostFull(observation: HostObservation, wish: Wish, free: number): Reason | undefined {
  if (isWorthIt(free, wish)) return undefined;
  const { resource } = wish.request;
  const grantable = formatNumber(observation[resource]?.grantable ?? 0);
  const unit = resourceUnits[resource];
  const text = `the host has ${formatNumber(free)} of ${grantable} grantable ${unit} left`;
  return reason("host-full", text);
}

/** Where nobody knows how much the host has, no book is kept, and none bounds a growth. */
function freeOf({ observation, growthUnderWay }: PlanInput, resource: Resource): number {
  const book = observation[resource];
  if (book === undefined) return Number.POSITIVE_INFINITY;
  return Math.max(book.grantable - book.granted - (growthUnderWay[resource] ?? 0), 0);
}

function growthBlocked(observation: HostObservation, wish: Wish): Reason | undefined {
  const { request, planned, current } = wish;
  if (observation.isPressed && planned.floor <= current) {
    return reason("host-pressure", "the host is under pressure: no growth until it has passed");
  }
  const book = observation[request.resource];
  if (book?.isOvercommitted !== true) return undefined;
  const held = `${formatNumber(book.granted)} ${resourceUnits[request.resource]} are granted`;
  const text = `${held}, ${formatNumber(book.grantable)} may be: no growth without a donor`;
  return reason("host-overcommitted", text);
}

/** On a pinned host: cores for the cpu limits that were made. What finds none is held. */
function placeOnCores(
  before: CoreMap | undefined,
  { made, held }: Outcomes,
): { readonly made: readonly Made[]; readonly coreMap: CoreMap | undefined } {
  if (before === undefined) return { made, coreMap: undefined };
  const ofCpu = made.filter(({ wish }) => wish.request.resource === "cpu");
  const wishes = ofCpu.map(({ wish, limit }) => {
    return { container: wish.container.id, current: wish.current, target: limit };
  });
  const { map, outcomes } = placeOrders(before, wishes);
  const kept: Made[] = [];
  for (const one of made) {
    const { request, container } = one.wish;
    const found = request.resource === "cpu" ? outcomes.get(container.id) : undefined;
    if (found === undefined) kept.push(one);
    else if (found.kind === "held") held.push({ request, reason: found.reason });
    else kept.push(withCores(one, found));
  }
  return { made: kept, coreMap: map };
}

function withCores(made: Made, { limit, cores, cut }: PlacedCores): Made {
  if (cut === undefined) return { ...made, cores };
  const reason = reasonOf(made.wish, limit, { code: "cut-to-host", text: cut });
  return { ...made, limit, cores, reason };
}

/** The request's own reason, or, when less was granted, that and what cut it. */
function reasonOf(
  { request, target }: Wish,
  limit: number,
  cut: { readonly code: "cut-to-brake" | "cut-to-host"; readonly text: string | undefined },
): Reason {
  if (cut.text === undefined) return request.reason;
  const instead = `${formatNumber(limit)} instead of ${formatNumber(target)}`;
  return reason(cut.code, `${request.reason.text}; ${instead}: ${cut.text}`);
}

function orderOf(input: PlanInput, made: Made, sequence: number): PlannedOrder {
  const { wish, limit, reason, cores } = made;
  const { request, planned, current } = wish;
  const order: Order = {
    sequence,
    host: input.host,
    structure: request.structure,
    id: request.id,
    target: limitValueOf(wish, limit),
    from: planned.limit,
    author: authorOf(request),
    reason,
  };
  const growth = Math.max(limit - current, 0);
  const shrink = { at: input.at, from: current };
  const brakes =
    limit >= current ? planned.brakes : recordShrink(planned.brakes, input.brakeSettings, shrink);
  return { order, brakes, growth, cores, onBehalfOf: request.onBehalfOf };
}

function limitValueOf({ request, container }: Wish, limit: number): LimitValue {
  const { resource } = request;
  if (isRateResource(resource)) return { resource, amount: limit };
  if (resource === "mem") return { resource, memMib: limit };
  const { periodMs } = container.cpuLimit ?? kernelDefaultCpuLimit;
  const shape = request.cpu ?? { burstShares: 0, periodMs };
  return { resource: "cpu", limit: shapedCpuLimit(limit, shape) };
}

/** What the product asks for by itself is no policy's doing. */
function authorOf({ policy }: ScalingRequest): Author {
  if (policy === safeLimitPolicy) return { kind: "agent", name: "safe-limit" };
  if (policy === memoryWaitPolicy) return { kind: "agent", name: "memory-wait" };
  return { kind: "policy", name: policy };
}

const byName = (a: Wish, b: Wish): number => compareTexts(a.request.structure, b.request.structure);
