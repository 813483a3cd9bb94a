import {
  type ContainerFacts,
  type DefaultSettings,
  err,
  ok,
  type Resource,
  type Result,
  type StoredResourceSettings,
  type StoredSettings,
  type StructureName,
  type StructureSettings,
  settingsInForce,
} from "@sc/domain";
import type { NotSaved, StateDocument, StateStore } from "@sc/ports";

/** What a container's host has in all, by resource, in the resource's unit. */
export type HostTotals = Readonly<Record<Resource, number>>;

/**
 * The settings in force of every structure: the defaults of the configuration, what people stored,
 * and what the agent found. Read by all services on their hot paths, so answers are kept ready.
 */
export class StructureRegistry {
  readonly #defaults: DefaultSettings;
  readonly #store: StateStore;
  #document: StateDocument;
  readonly #known = new Map<StructureName, Known>();
  #saving: Promise<unknown> = Promise.resolve();

  private constructor(defaults: DefaultSettings, store: StateStore, document: StateDocument) {
    this.#defaults = defaults;
    this.#store = store;
    this.#document = document;
  }

  static async load(options: {
    readonly defaults: DefaultSettings;
    readonly store: StateStore;
  }): Promise<StructureRegistry> {
    return new StructureRegistry(options.defaults, options.store, await options.store.load());
  }

  /** The agent found the container, or found its first limit changed by its owner. */
  learn(facts: ContainerFacts, totals: HostTotals): void {
    this.#known.set(facts.name, { facts, totals, settings: this.#inForce(facts, totals) });
  }

  forget(name: StructureName): void {
    this.#known.delete(name);
  }

  settingsOf(name: StructureName): StructureSettings | undefined {
    return this.#known.get(name)?.settings;
  }

  get isPausedAll(): boolean {
    return this.#document.isPaused;
  }

  /** Paused itself, or everything is. */
  isPaused(name: StructureName): boolean {
    return this.#document.isPaused || this.settingsOf(name)?.isPaused === true;
  }

  /**
   * Takes changes into force and saves them as one. `required`: changes that must not be in force
   * unless they are saved (a mode that writes limits); the others hold until the next restart even
   * when the disk is full, and the answer says so.
   */
  async update(
    change: SettingsChange,
    saving: "required" | "best-effort",
  ): Promise<Result<void, NotSaved>> {
    const run = this.#saving.then(() => this.#apply(change, saving));
    this.#saving = run.catch(() => undefined);
    return run;
  }

  async #apply(
    change: SettingsChange,
    saving: "required" | "best-effort",
  ): Promise<Result<void, NotSaved>> {
    const next = withChange(this.#document, change);
    // What makes us write less must be in force before the disk has answered.
    if (saving === "best-effort") this.#putInForce(next);
    const saved = await this.#store.save(next);
    if (!saved.ok) return err(saved.error);
    if (saving === "required") this.#putInForce(next);
    return ok(undefined);
  }

  #putInForce(document: StateDocument): void {
    this.#document = document;
    for (const known of this.#known.values()) {
      known.settings = this.#inForce(known.facts, known.totals);
    }
  }

  #inForce(facts: ContainerFacts, totals: HostTotals): StructureSettings {
    const { first } = facts;
    return settingsInForce({
      defaults: this.#defaults,
      stored: this.#document.structures[facts.name],
      firstSight: {
        cpu: { firstLimit: first.cpu?.quotaShares ?? null, hostTotal: totals.cpu },
        mem: { firstLimit: first.memMib ?? null, hostTotal: totals.mem },
      },
    });
  }
}

interface Known {
  readonly facts: ContainerFacts;
  readonly totals: HostTotals;
  settings: StructureSettings;
}

/** One change of stored settings; several structures change together or not at all. */
export interface SettingsChange {
  readonly isPausedAll?: boolean;
  readonly structures?: readonly {
    readonly name: StructureName;
    readonly isPaused?: boolean;
    readonly resources?: Partial<Record<Resource, StoredResourceSettings>>;
  }[];
}

function withChange(document: StateDocument, change: SettingsChange): StateDocument {
  const structures: Record<string, StoredSettings> = { ...document.structures };
  for (const { name, isPaused, resources: changed } of change.structures ?? []) {
    const stored = structures[name] ?? {};
    structures[name] = {
      ...stored,
      ...(isPaused === undefined ? {} : { isPaused }),
      ...(changed === undefined ? {} : { resources: mergeResources(stored.resources, changed) }),
    };
  }
  return { isPaused: change.isPausedAll ?? document.isPaused, structures };
}

function mergeResources(
  stored: StoredSettings["resources"],
  changed: NonNullable<StoredSettings["resources"]>,
): NonNullable<StoredSettings["resources"]> {
  const merged = { ...stored };
  for (const [resource, settings] of Object.entries(changed)) {
    const key = resource as Resource;
    merged[key] = { ...merged[key], ...settings };
  }
  return merged;
}
