/**
 * Turns what is told on the bus into history: snapshots into readings; events, requests and changes
 * into records. A store that cannot keep up, or cannot write, loses history and says how much; no
 * decision ever waits for it.
 *
 * What repeats is thinned: a container that wants more on a full host asks ten times a second, and one
 * record a minute says it as well. Changes are always kept.
 */
import type {
  Change,
  DatabaseSnapshoterSettings,
  HistoryRecord,
  ResourceEvent,
  ScalingRequest,
  StructureSnapshot,
} from "@sc/domain";
import { monotonicSeconds } from "@sc/domain";
import type { Bus, HistoryStore, Retention, Subscription } from "@sc/ports";
import type { Service, ServiceHealth } from "../service-loop/service.ts";
import { ServiceLoop, type ServiceLoopDeps } from "../service-loop/service-loop.ts";
import { PendingRequests, type SettledRequest } from "./pending-requests.ts";
import { readingOfSnapshot } from "./reading-of-snapshot.ts";
import { Repeats } from "./repeats.ts";
import type { SeriesOutputs } from "./series-outputs.ts";

const repeatSeconds = 60;
const housekeepingSeconds = 1;

export interface DatabaseSnapshoterDeps extends ServiceLoopDeps {
  readonly bus: Bus;
  readonly history: Pick<
    HistoryStore,
    "appendReading" | "appendRecords" | "setRetention" | "status"
  >;
  readonly settings: () => DatabaseSnapshoterSettings;
  /** Stores of series elsewhere; absent = none. */
  readonly outputs?: Pick<SeriesOutputs, "start" | "stop" | "take">;
}

export class DatabaseSnapshoter implements Service {
  readonly name = "database-snapshoter";
  readonly #deps: DatabaseSnapshoterDeps;
  readonly #loop: ServiceLoop;
  readonly #pending = new PendingRequests();
  readonly #repeats = new Repeats(repeatSeconds);
  #retention: Retention | undefined;
  #subscriptions: readonly Subscription[] = [];

  constructor(deps: DatabaseSnapshoterDeps) {
    this.#deps = deps;
    this.#loop = new ServiceLoop(deps, {
      name: this.name,
      everySeconds: () => housekeepingSeconds,
      isActive: () => true,
      round: () => this.#keepHouse(),
    });
  }

  start(): void {
    const { bus } = this.#deps;
    this.#loop.start();
    this.#deps.outputs?.start();
    this.#subscriptions = [
      bus.subscribe("structures", (snapshot) => this.#takeSnapshot(snapshot)),
      bus.subscribe("events", (events) => this.#takeEvents(events)),
      bus.subscribe("requests", (requests) => this.#takeRequests(requests)),
      bus.subscribe("held", (held) => {
        for (const one of held) this.#pending.hold(one);
      }),
      bus.subscribe("changes", (changes) => this.#takeChanges(changes)),
    ];
  }

  async stop(): Promise<void> {
    this.#loop.stop();
    for (const subscription of this.#subscriptions) subscription.cancel();
    this.#subscriptions = [];
    if (this.#isActive) this.#recordRequests(this.#pending.settle(monotonicSeconds(Infinity)));
    this.#pending.clear();
    this.#repeats.clear();
    this.#retention = undefined;
    await this.#deps.outputs?.stop();
  }

  health(): ServiceHealth {
    const own = this.#loop.health();
    if (own.status !== "running") return own;
    const { failure, lostReadings, lostRecords } = this.#deps.history.status();
    if (failure === undefined) return own;
    const lastError = `${failure.text} (lost: ${lostReadings} readings, ${lostRecords} records)`;
    return { status: "failing", lastError };
  }

  get #isActive(): boolean {
    return this.#deps.settings().isActive;
  }

  #takeSnapshot(snapshot: StructureSnapshot): void {
    if (!this.#isActive) return;
    this.#deps.outputs?.take(snapshot, this.#deps.settings().outputSeconds);
    if (snapshot.structures.length === 0) return;
    this.#deps.history.appendReading(readingOfSnapshot(snapshot));
  }

  #takeEvents(events: readonly ResourceEvent[]): void {
    if (!this.#isActive) return;
    this.#record(
      events.flatMap((event) => {
        const { structure, resource, direction, at } = event;
        const isNew = this.#repeats.isNew(`event ${resource} ${direction} ${structure}`, at);
        return isNew ? [{ kind: "event", event }] : [];
      }),
    );
  }

  #takeRequests(requests: readonly ScalingRequest[]): void {
    if (!this.#isActive) return;
    this.#recordRequests(requests.flatMap((request) => this.#pending.add(request) ?? []));
  }

  #recordRequests(settled: readonly SettledRequest[]): void {
    this.#record(
      settled.flatMap(({ request, held }) => {
        const { structure, resource, amount, at } = request;
        const what = `${amount > 0 ? "up" : "down"} ${held?.code ?? "ordered"}`;
        const isNew = this.#repeats.isNew(`request ${resource} ${what} ${structure}`, at);
        return isNew ? [{ kind: "request", request, held }] : [];
      }),
    );
  }

  #takeChanges(changes: readonly Change[]): void {
    if (!this.#isActive) return;
    this.#record(changes.map((change) => ({ kind: "change", change })));
  }

  #record(records: readonly HistoryRecord[]): void {
    if (records.length > 0) this.#deps.history.appendRecords(records);
  }

  #keepHouse(): void {
    const { clock, settings } = this.#deps;
    this.#setRetention(settings());
    const now = clock.monotonic();
    this.#recordRequests(this.#pending.settle(monotonicSeconds(now - housekeepingSeconds)));
    this.#repeats.forgetBefore(now);
  }

  #setRetention({ rawHours, tenSecondDays, minuteDays, sizeMaxMib }: DatabaseSnapshoterSettings) {
    const wanted: Retention = { rawHours, tenSecondDays, minuteDays, sizeMaxMib };
    const inForce = this.#retention;
    const isInForce =
      inForce !== undefined &&
      inForce.rawHours === rawHours &&
      inForce.tenSecondDays === tenSecondDays &&
      inForce.minuteDays === minuteDays &&
      inForce.sizeMaxMib === sizeMaxMib;
    if (isInForce) return;
    this.#retention = wanted;
    this.#deps.history.setRetention(wanted);
  }
}
