import {
  type ContainerFacts,
  type DefaultSettings,
  err,
  ok,
  parseStructureName,
  type Resource,
  type Result,
  resources,
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
  /** What is saved, or would be but for a full disk. */
  #settled: StateDocument;
  /** Changes that are in force before they are saved, oldest first. */
  #unsaved: readonly SettingsChange[] = [];
  /** What is in force: the settled document with the unsaved changes on top. */
  #document: StateDocument;
  readonly #known = new Map<StructureName, Known>();
  #saving: Promise<unknown> = Promise.resolve();
  readonly #listeners = new Set<() => void>();

  private constructor(defaults: DefaultSettings, store: StateStore, document: StateDocument) {
    this.#defaults = defaults;
    this.#store = store;
    this.#settled = document;
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

  /** Those somebody put in a mode other than observe, also when they are not running now. */
  storedOutsideObserve(): readonly StructureName[] {
    return Object.entries(this.#document.structures).flatMap(([key, stored]) => {
      const isOutside = resources.some((resource) => {
        const mode = stored.resources?.[resource]?.mode;
        return mode !== undefined && mode !== "observe";
      });
      const name = parseStructureName(key);
      return isOutside && name.ok ? [name.value] : [];
    });
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
    // What makes us write less must be in force before the disk has answered.
    if (saving === "best-effort") this.#putInForce([...this.#unsaved, change]);
    const run = this.#saving.then(() => this.#save(change, saving));
    this.#saving = run.catch(() => undefined);
    return run;
  }

  async #save(
    change: SettingsChange,
    saving: "required" | "best-effort",
  ): Promise<Result<void, NotSaved>> {
    const next = withChange(this.#settled, change);
    const saved = await this.#store.save(next);
    if (saved.ok || saving === "best-effort") this.#settled = next;
    this.#putInForce(this.#unsaved.filter((unsaved) => unsaved !== change));
    return saved.ok ? ok(undefined) : err(saved.error);
  }

  #putInForce(unsaved: readonly SettingsChange[]): void {
    this.#unsaved = unsaved;
    this.#document = unsaved.reduce(withChange, this.#settled);
    for (const known of this.#known.values()) {
      known.settings = this.#inForce(known.facts, known.totals);
    }
    for (const listen of this.#listeners) listen();
  }

  /** Calls back after settings came into force. */
  onChange(listen: () => void): { cancel(): void } {
    this.#listeners.add(listen);
    return { cancel: () => this.#listeners.delete(listen) };
  }

  #inForce(facts: ContainerFacts, totals: HostTotals): StructureSettings {
    const { first } = facts;
    return settingsInForce({
      defaults: this.#defaults,
      stored: storedOf(this.#document, facts.name),
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

/** Own properties only: a structure may be called `constructor`. */
function storedOf(document: StateDocument, name: string): StoredSettings | undefined {
  return Object.hasOwn(document.structures, name) ? document.structures[name] : undefined;
}

function withChange(document: StateDocument, change: SettingsChange): StateDocument {
  const structures = new Map(Object.entries(document.structures));
  for (const { name, isPaused, resources: changed } of change.structures ?? []) {
    const stored = structures.get(name) ?? {};
    structures.set(name, {
      ...stored,
      ...(isPaused === undefined ? {} : { isPaused }),
      ...(changed === undefined ? {} : { resources: mergeResources(stored.resources, changed) }),
    });
  }
  return {
    isPaused: change.isPausedAll ?? document.isPaused,
    structures: Object.fromEntries(structures),
  };
}

function mergeResources(
  stored: StoredSettings["resources"],
  changed: NonNullable<StoredSettings["resources"]>,
): NonNullable<StoredSettings["resources"]> {
  const merged = { ...stored };
  for (const resource of resources) {
    if (changed[resource] !== undefined)
      merged[resource] = { ...stored?.[resource], ...changed[resource] };
  }
  return merged;
}
