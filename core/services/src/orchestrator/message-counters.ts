import type { Resource, ScalingRequest } from "@sc/domain";
import type { Bus, Counters, CountersView, Subscription } from "@sc/ports";

/** Counts what was told on the bus, by what monitoring asks for. */
export class MessageCounters implements Counters {
  readonly #bus: Bus;
  #subscriptions: readonly Subscription[] = [];
  #samples = 0;
  readonly #events = new Tally<CountersView["events"][number]>();
  readonly #requests = new Tally<CountersView["requests"][number]>();
  readonly #held = new Tally<CountersView["held"][number]>();
  readonly #changes = new Tally<CountersView["changes"][number]>();

  constructor(bus: Bus) {
    this.#bus = bus;
  }

  start(): void {
    const bus = this.#bus;
    this.#subscriptions = [
      bus.subscribe("usage", ({ samples }) => {
        this.#samples += samples.length;
      }),
      bus.subscribe("events", (events) => {
        for (const { resource, direction } of events) this.#events.count({ resource, direction });
      }),
      bus.subscribe("requests", (requests) => {
        for (const { resource, amount } of requests) {
          this.#requests.count({ resource, direction: directionOf(amount) });
        }
      }),
      bus.subscribe("held", (held) => {
        for (const { request, reason } of held) {
          this.#held.count({ resource: request.resource, code: reason.code });
        }
      }),
      bus.subscribe("changes", (changes) => {
        for (const { resource, outcome, author } of changes) {
          this.#changes.count({ resource, outcome, author: author.kind });
        }
      }),
    ];
  }

  stop(): void {
    for (const subscription of this.#subscriptions) subscription.cancel();
    this.#subscriptions = [];
  }

  counters(): CountersView {
    return {
      samples: this.#samples,
      events: this.#events.all(),
      requests: this.#requests.all(),
      held: this.#held.all(),
      changes: this.#changes.all(),
    };
  }
}

const directionOf = (amount: ScalingRequest["amount"]): "up" | "down" =>
  amount > 0 ? "up" : "down";

/** Counts by labels; there are few of each, so a list of those seen is enough. */
class Tally<Entry extends { readonly resource: Resource; readonly count: number }> {
  readonly #counts = new Map<string, { readonly labels: Omit<Entry, "count">; count: number }>();

  count(labels: Omit<Entry, "count">): void {
    const key = Object.values(labels).join(" ");
    const known = this.#counts.get(key);
    if (known === undefined) this.#counts.set(key, { labels, count: 1 });
    else known.count += 1;
  }

  all(): readonly (Omit<Entry, "count"> & { readonly count: number })[] {
    return [...this.#counts.values()].map(({ labels, count }) => ({ ...labels, count }));
  }
}
