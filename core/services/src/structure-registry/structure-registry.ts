import {
  applicationLedName,
  byResource,
  type ContainerFacts,
  type DefaultSettings,
  err,
  type HostTotals,
  limitIn,
  ok,
  parseStructureName,
  type Resource,
  type Result,
  resources,
  type StoredSettings,
  type StructureName,
  type StructureSettings,
  settingsInForce,
  totalOf,
} from "@sc/domain";
import type {
  DocumentChange,
  DocumentStore,
  DocumentWrite,
  LoadedDocuments,
  NotSaved,
  StaleRevision,
} from "@sc/ports";
import type { GroupBook } from "../groups/group-book.ts";
import { type StateUnreadable, stateUnreadable } from "./state-unreadable.ts";
import {
  nothingStored,
  type SettingsChange,
  type StoredState,
  subjectsOf,
  withChange,
  writeOf,
} from "./stored-structures.ts";

export interface StructureRegistryOptions {
  readonly defaults: DefaultSettings;
  readonly store: DocumentStore;
  /** Applications, whose policies may decide about their containers. */
  readonly groups?: Pick<GroupBook, "isEmpty" | "leads" | "onChange">;
}

/**
 * The settings in force of every structure: the defaults of the configuration, what people stored,
 * and what the agent found. Read by all services on their hot paths, so answers are kept ready.
 *
 * As long as what was stored is not known, everything is in observe and paused, and nothing can be
 * set: what a person decided must not be taken back by a disk that cannot be read.
 */
export class StructureRegistry {
  readonly #defaults: DefaultSettings;
  readonly #groups: StructureRegistryOptions["groups"];
  readonly #store: DocumentStore;
  #isKnown = false;
  /** What is saved, or would be but for a full disk. */
  #settled: StoredState = nothingStored;
  /** Revisions of what is saved, by subject. */
  readonly #revisions = new Map<StructureName | undefined, number>();
  /** In force and not saved, because the disk was full: every save takes them along. */
  readonly #owed = new Set<StructureName | undefined>();
  #notSaved: NotSaved | undefined;
  /** Changes that are in force before they are saved, oldest first. */
  #unsaved: readonly SettingsChange[] = [];
  /** What is in force: what is settled with the unsaved changes on top. */
  #state: StoredState = nothingStored;
  readonly #known = new Map<StructureName, Known>();
  #saving: Promise<unknown> = Promise.resolve();
  readonly #listeners = new Set<() => void>();

  constructor(options: StructureRegistryOptions) {
    this.#defaults = options.defaults;
    this.#groups = options.groups;
    options.groups?.onChange(() => this.#putInForce(this.#unsaved));
    this.#store = options.store;
    options.store.watch((changes) => this.#takeChanges(changes));
  }

  /** A registry that knows what is stored, or that it cannot be read. */
  static async load(options: StructureRegistryOptions): Promise<StructureRegistry> {
    const registry = new StructureRegistry(options);
    const loaded = await options.store.load();
    if (loaded.ok) registry.take(loaded.value);
    return registry;
  }

  /** What was stored is known from now on, and in force. */
  take({ documents }: Pick<LoadedDocuments, "documents">): void {
    this.#isKnown = true;
    this.#revisions.clear();
    const structures = new Map<StructureName, StoredSettings>();
    let isPaused = false;
    for (const { document, revision } of documents) {
      if (document.kind === "host") {
        isPaused = document.content.isPaused;
        this.#revisions.set(undefined, revision);
      } else if (document.kind === "structure") {
        structures.set(document.name, document.content);
        this.#revisions.set(document.name, revision);
      }
    }
    this.#settled = { isPaused, structures };
    this.#putInForce(this.#unsaved);
  }

  /** Why the newest save failed: what is in force may be lost at the next restart. */
  get notSaved(): NotSaved | undefined {
    return this.#notSaved;
  }

  get isKnown(): boolean {
    return this.#isKnown;
  }

  /** The agent found the container, or found its first limit changed by its owner. */
  learn(facts: ContainerFacts, totals: HostTotals): void {
    this.#known.set(facts.name, { facts, totals, settings: this.#inForce(facts, totals) });
  }

  forget(name: StructureName): void {
    this.#known.delete(name);
  }

  /** What decides where nobody chose. */
  defaultPolicyOf(resource: Resource): string {
    return this.#defaults[resource].policy;
  }

  settingsOf(name: StructureName): StructureSettings | undefined {
    return this.#known.get(name)?.settings;
  }

  get isPausedAll(): boolean {
    return !this.#isKnown || this.#state.isPaused;
  }

  /** Those somebody put in a mode other than observe, also when they are not running now. */
  storedOutsideObserve(): readonly StructureName[] {
    return [...this.#state.structures].flatMap(([name, stored]) => {
      const isOutside = resources.some((resource) => {
        const mode = stored.resources?.[resource]?.mode;
        return mode !== undefined && mode !== "observe";
      });
      return isOutside ? [name] : [];
    });
  }

  /** Those anything is stored about, also when they are not running now. */
  storedNames(): readonly StructureName[] {
    return [...this.#state.structures.keys()];
  }

  /** Paused itself, or everything is. */
  isPaused(name: StructureName): boolean {
    return this.isPausedAll || this.settingsOf(name)?.isPaused === true;
  }

  /**
   * Takes changes into force and saves them as one. `required`: changes that must not be in force
   * unless they are saved (a mode that writes limits); the others hold until the next restart even
   * when the disk is full, and the answer says so.
   */
  async update(
    change: SettingsChange,
    saving: "required" | "best-effort",
  ): Promise<Result<void, NotSaved | StateUnreadable>> {
    if (!this.#isKnown) return err(stateUnreadable);
    // What makes us write less must be in force before the disk has answered.
    if (saving === "best-effort") this.#putChangesInForce([...this.#unsaved, change]);
    const saved = await this.#inTurn(() => this.#save(change, saving));
    return saved.ok ? ok(undefined) : err(notSavedOf(saved.error));
  }

  /**
   * Settings and other documents in one save, in force once it is made. A document of the others that is
   * stale refuses all of it.
   */
  async saveTogether(
    change: SettingsChange,
    others: readonly DocumentWrite[],
  ): Promise<Result<void, NotSaved | StaleRevision | StateUnreadable>> {
    if (!this.#isKnown) return err(stateUnreadable);
    return this.#inTurn(() => this.#save(change, "required", others));
  }

  /** What is stored of a structure, also when it is not running now. */
  storedOf(name: StructureName): StoredSettings | undefined {
    return this.#state.structures.get(name);
  }

  #inTurn<Answer>(save: () => Promise<Answer>): Promise<Answer> {
    const run = this.#saving.then(save);
    this.#saving = run.catch(() => undefined);
    return run;
  }

  /**
   * After a save that failed, tries again to save what is in force and is not saved; where that is nothing,
   * one document as it is, to know whether it can be. `true` = it can be, and is.
   */
  async saveOwed(): Promise<boolean> {
    if (this.#notSaved === undefined) return false;
    if (this.#owed.size === 0) this.#owed.add(undefined);
    return (await this.update({}, "best-effort")).ok;
  }

  async #save(
    change: SettingsChange,
    saving: "required" | "best-effort",
    others: readonly DocumentWrite[] = [],
  ): Promise<Result<void, NotSaved | StaleRevision>> {
    const next = withChange(this.#settled, change);
    const subjects = new Set([...this.#owed, ...subjectsOf(change)]);
    const saved = await this.#store.save([
      ...[...subjects].map((subject) => writeOf(next, subject)),
      ...others,
    ]);
    if (saved.ok) {
      this.#owed.clear();
      this.#notSaved = undefined;
      for (const { document, revision } of saved.value) {
        this.#note({ kind: document.kind, name: document.name, revision, document });
      }
    } else if (saving === "best-effort") {
      this.#settled = withChange(this.#settled, change);
      for (const subject of subjects) this.#owed.add(subject);
    }
    this.#putChangesInForce(this.#unsaved.filter((unsaved) => unsaved !== change));
    if (saved.ok) return ok(undefined);
    // A stale one of the others says nothing of whether there is room.
    if (saved.error.code === "SC_STATE_NOT_SAVED") this.#notSaved = saved.error;
    return saved;
  }

  /** Saved by us or by somebody else: what is newer than what we know is in force. */
  #takeChanges(changes: readonly DocumentChange[]): void {
    if (!this.#isKnown) return;
    const isNews = changes.map((change) => this.#note(change));
    if (isNews.includes(true)) this.#putChangesInForce(this.#unsaved);
  }

  #note(change: DocumentChange): boolean {
    const subject = subjectOf(change);
    if (subject === "other") return false;
    const known = this.#revisions.get(subject) ?? 0;
    if (change.document !== undefined && change.revision <= known) return false;
    this.#revisions.set(subject, change.revision);
    this.#settled = withDocument(this.#settled, subject, change);
    return true;
  }

  #putInForce(unsaved: readonly SettingsChange[]): void {
    this.#unsaved = unsaved;
    this.#state = unsaved.reduce(withChange, this.#settled);
    for (const known of this.#known.values()) {
      known.settings = this.#inForce(known.facts, known.totals);
    }
    for (const listen of this.#listeners) listen();
  }

  /** A change is about one structure of a thousand: the others' settings stay as they are. */
  #putChangesInForce(unsaved: readonly SettingsChange[]): void {
    const before = this.#state.structures;
    this.#unsaved = unsaved;
    this.#state = unsaved.reduce(withChange, this.#settled);
    for (const [name, known] of this.#known) {
      if (before.get(name) === this.#state.structures.get(name)) continue;
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
    const settings = settingsInForce({
      defaults: this.#defaults,
      stored: this.#state.structures.get(facts.name),
      firstSight: byResource((resource) => ({
        firstLimit: limitIn(first, resource) ?? null,
        hostTotal: totalOf(totals, resource),
      })),
    });
    return this.#isKnown ? this.#led(facts.name, settings) : onlyWatched(settings);
  }

  /**
   * What its application decides about is in auto, and moved by the application's requests alone. A
   * container's own word is the nearer one: what is in auto or recommend by itself stays as it is.
   */
  #led(name: StructureName, settings: StructureSettings): StructureSettings {
    const groups = this.#groups;
    if (groups === undefined || groups.isEmpty) return settings;
    return {
      ...settings,
      resources: byResource((resource) => {
        const own = settings.resources[resource];
        if (own.mode !== "observe" || !groups.leads(name, resource)) return own;
        return { ...own, mode: "auto", policy: applicationLedName };
      }),
    };
  }
}

/** Nobody's revision is asked for here, so none can be stale. */
const notSavedOf = (error: NotSaved | StaleRevision): NotSaved =>
  error.code === "SC_STATE_NOT_SAVED"
    ? error
    : { code: "SC_STATE_NOT_SAVED", cause: "other", text: error.text };

interface Known {
  readonly facts: ContainerFacts;
  readonly totals: HostTotals;
  settings: StructureSettings;
}

const onlyWatched = ({ resources: settings }: StructureSettings): StructureSettings => ({
  isPaused: true,
  resources: byResource((resource) => ({ ...settings[resource], mode: "observe" })),
});

/** The host is `undefined`, as in `subjectsOf`. */
function subjectOf({ kind, name }: DocumentChange): StructureName | undefined | "other" {
  if (kind === "host") return undefined;
  const parsed = kind === "structure" ? parseStructureName(name) : undefined;
  return parsed?.ok === true ? parsed.value : "other";
}

function withDocument(
  state: StoredState,
  subject: StructureName | undefined,
  { document }: DocumentChange,
): StoredState {
  if (subject === undefined) {
    return { ...state, isPaused: document?.kind === "host" && document.content.isPaused };
  }
  const structures = new Map(state.structures);
  if (document?.kind === "structure") structures.set(subject, document.content);
  else structures.delete(subject);
  return { ...state, structures };
}
