import { type ByRate, type RateResource, rateResources } from "@sc/domain";
import type { RestoreEntry } from "../cgroup.ts";
import type { FoundContainer } from "../finder.ts";
import type { RateControl, RateControls, RateWriteOutcome } from "../rates.ts";

/** Disk and network of one container, without any: what the kernel would hold is set and read by tests. */
export class FakeRateControl implements RateControl {
  /** As the kernel has them; a resource that is not in it the container has not. */
  readonly kernel: Partial<Record<RateResource, number | null>>;
  readonly totals: Partial<Record<RateResource, number>> = {};
  readonly caveats: ByRate<string> = {};
  writes = 0;
  /** Called before a write reaches the kernel; what it answers the writer is told instead. */
  onWrite: (resource: RateResource) => Promise<RateWriteOutcome | undefined> = () =>
    Promise.resolve(undefined);
  readonly #name: string;

  constructor(name: string, kernel: ByRate<number | null>) {
    this.#name = name;
    this.kernel = { ...kernel };
  }

  readTotals(): ByRate<number> {
    return { ...this.totals };
  }

  readLimits(): Promise<ByRate<number | null>> {
    return Promise.resolve({ ...this.kernel });
  }

  async write(resource: RateResource, amount: number | null): Promise<RateWriteOutcome> {
    const instead = await this.onWrite(resource);
    if (instead !== undefined) return instead;
    if (!(resource in this.kernel)) return { kind: "gone" };
    if (this.kernel[resource] === amount) return { kind: "unchanged", amount };
    this.writes += 1;
    this.kernel[resource] = amount;
    return { kind: "applied", amount };
  }

  restoreEntries(limits: ByRate<number | null>): readonly RestoreEntry[] {
    return rateResources.flatMap((resource) => {
      const amount = limits[resource];
      if (amount === undefined) return [];
      const folder = `/rates/${this.#name}`;
      const steps = [{ file: `${folder}/${resource}`, value: String(amount) }];
      return [{ resource, inode: "1", folder, steps }];
    });
  }

  limitsOfEntries(entries: readonly RestoreEntry[]): ByRate<number | null> {
    const own = entries.filter(({ folder }) => folder === `/rates/${this.#name}`);
    return Object.fromEntries(
      own.map(({ resource, steps }) => {
        const value = steps[0]?.value;
        return [resource, value === "null" ? null : Number(value)];
      }),
    );
  }

  close(): void {
    // Nothing is open.
  }
}

/** They outlive the agents that look at them. */
export class FakeRateControls implements RateControls {
  readonly #controls = new Map<string, FakeRateControl>();

  /** The container has these, and the kernel holds such limits. */
  give(name: string, kernel: ByRate<number | null>): FakeRateControl {
    const control = new FakeRateControl(name, kernel);
    this.#controls.set(name, control);
    return control;
  }

  open({ name }: Pick<FoundContainer, "name">): RateControl {
    return this.#controls.get(name) ?? new FakeRateControl(name, {});
  }
}
