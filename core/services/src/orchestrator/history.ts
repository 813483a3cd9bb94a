import {
  byResource,
  type Change,
  type HeldRequest,
  type Hold,
  type Reason,
  type Resource,
  type ResourceEvent,
  type ScalingRequest,
  type StructureName,
} from "@sc/domain";
import type {
  Bus,
  ChangeView,
  EventView,
  HistoryQuery,
  RequestView,
  Subscription,
} from "@sc/ports";
import { changeView, eventView, type RecordedRequest, requestView } from "./history-views.ts";
import { Ring } from "./ring.ts";

/**
 * How many events, requests and changes are kept, each; who asks for older ones is answered from the
 * history store. A busy host fills ten thousand in half an hour, and for so long its memory grows.
 */
export const historyCapacity = 2000;

/** What was heard on the bus, for those who ask later: the newest of each kind, in memory. */
export class History {
  readonly #events = new Ring<EventView>(historyCapacity);
  readonly #requests = new Ring<RecordedRequest>(historyCapacity);
  readonly #changes = new Ring<ChangeView>(historyCapacity);
  readonly #latest = new Map<StructureName, LatestByResource>();
  readonly #isRunning: (name: StructureName) => boolean;

  constructor(isRunning: (name: StructureName) => boolean) {
    this.#isRunning = isRunning;
  }

  /** Hears everything from now on. */
  listen(bus: Bus): readonly Subscription[] {
    return [
      bus.subscribe("events", (events) => this.#addEvents(events)),
      bus.subscribe("requests", (requests) => this.#addRequests(requests)),
      bus.subscribe("held", (held) => this.#addHeld(held)),
      bus.subscribe("holds", (holds) => this.#addHolds(holds)),
      bus.subscribe("changes", (changes) => this.#addChanges(changes)),
      bus.subscribe("containers", (notices) => {
        // What was last decided about a container says nothing about the next of its name.
        for (const notice of notices) if (notice.kind === "gone") this.#latest.delete(notice.name);
      }),
    ];
  }

  events(query: HistoryQuery): readonly EventView[] {
    return newest(this.#events.newestFirst(), query, stampOf);
  }

  requests(query: HistoryQuery): readonly RequestView[] {
    const stampOfRequest = ({ request }: RecordedRequest): number => request.stamp;
    return newest(this.#requests.newestFirst(), query, stampOfRequest).map(requestView);
  }

  changes(query: HistoryQuery): readonly ChangeView[] {
    return newest(this.#changes.newestFirst(), query, stampOf);
  }

  /** Stamps from which on everything is known here; `undefined` = nothing happened yet. */
  oldestEvent(): number | undefined {
    return this.#events.oldest()?.stamp;
  }

  oldestRequest(): number | undefined {
    return this.#requests.oldest()?.request.stamp;
  }

  oldestChange(): number | undefined {
    return this.#changes.oldest()?.stamp;
  }

  /** The newest decision of policy or brakes, whether it was to do something or nothing. */
  decision(name: StructureName, resource: Resource): Reason | undefined {
    return this.#latest.get(name)?.[resource].decision;
  }

  lastChange(name: StructureName, resource: Resource): ChangeView | undefined {
    return this.#latest.get(name)?.[resource].change;
  }

  #addEvents(events: readonly ResourceEvent[]): void {
    for (const event of events) this.#events.push(eventView(event));
  }

  #addRequests(requests: readonly ScalingRequest[]): void {
    for (const request of requests) {
      const { structure, resource } = request;
      const recorded: RecordedRequest = { structure, request, held: undefined };
      this.#requests.push(recorded);
      const latest = this.#latestOf(structure)[resource];
      latest.request = recorded;
      latest.decision = request.reason;
    }
  }

  #addHeld(held: readonly HeldRequest[]): void {
    for (const { request, reason } of held) {
      const latest = this.#latestOf(request.structure)[request.resource];
      latest.decision = reason;
      // Told by its time: where messages cross a process the request arrives as a copy.
      if (latest.request?.request.at === request.at) latest.request.held = reason;
    }
  }

  #addHolds(holds: readonly Hold[]): void {
    for (const { structure, resource, reason } of holds) {
      this.#latestOf(structure)[resource].decision = reason;
    }
  }

  #addChanges(changes: readonly Change[]): void {
    for (const change of changes) {
      const view = changeView(change);
      this.#changes.push(view);
      this.#latestOf(change.structure)[change.resource].change = view;
    }
  }

  #latestOf(name: StructureName): LatestByResource {
    const known = this.#latest.get(name);
    if (known !== undefined) return known;
    const latest: LatestByResource = byResource(nothingYet);
    // An order that came too late is refused after its container went: nobody would forget that.
    if (this.#isRunning(name)) this.#latest.set(name, latest);
    return latest;
  }
}

interface Latest {
  request: RecordedRequest | undefined;
  decision: Reason | undefined;
  change: ChangeView | undefined;
}
type LatestByResource = Readonly<Record<Resource, Latest>>;

const nothingYet = (): Latest => ({
  request: undefined,
  decision: undefined,
  change: undefined,
});

const stampOf = ({ stamp }: { readonly stamp: number }): number => stamp;

function newest<Item extends { readonly structure: string }>(
  items: Iterable<Item>,
  { structure, limit, from = -Infinity, to = Infinity }: HistoryQuery,
  stamp: (item: Item) => number,
): readonly Item[] {
  const found: Item[] = [];
  for (const item of items) {
    if (found.length >= limit) break;
    const isWanted = structure === undefined || item.structure === structure;
    if (isWanted && stamp(item) >= from && stamp(item) < to) found.push(item);
  }
  return found;
}
