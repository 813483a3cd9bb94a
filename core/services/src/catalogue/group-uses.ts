import {
  type CataloguedResource,
  type GroupSample,
  isLimited,
  type StructureName,
} from "@sc/domain";
import type { Bus, Clock, Subscription } from "@sc/ports";

/** What was told longer ago says nothing of now: a sample comes each second at least. */
const staleSeconds = 10;

/** What each application uses, as the newest sample of it says. */
export class GroupUses {
  readonly #deps: { readonly bus: Bus; readonly clock: Clock };
  readonly #samples = new Map<StructureName, GroupSample>();
  #subscription: Subscription | undefined;

  constructor(deps: { readonly bus: Bus; readonly clock: Clock }) {
    this.#deps = deps;
  }

  start(): void {
    this.#subscription ??= this.#deps.bus.subscribe("groups", (samples) => {
      for (const sample of samples) this.#samples.set(sample.name, sample);
    });
  }

  stop(): void {
    this.#subscription?.cancel();
    this.#subscription = undefined;
    this.#samples.clear();
  }

  /** `undefined` = not known now. */
  usedBy(application: StructureName, resource: CataloguedResource): number | undefined {
    const sample = this.#samples.get(application);
    if (sample === undefined || !isLimited(resource)) return undefined;
    const age = this.#deps.clock.monotonic() - sample.at;
    return age > staleSeconds ? undefined : sample.resources[resource]?.used;
  }
}
