import type {
  Application,
  CatalogueContents,
  Document,
  Resource,
  StructureName,
  User,
} from "@sc/domain";
import type { DocumentChange, DocumentStore, LoadedDocuments } from "@sc/ports";

/** How much the containers of one group may hold together. */
export interface GroupBudget {
  readonly group: StructureName;
  readonly max: number;
  readonly containers: readonly StructureName[];
}

/**
 * Who belongs to whom, kept ready for the hot paths: applications, users, and what each allows its
 * containers together. Fed by the documents that people and clients save.
 */
export class GroupBook {
  readonly #applications = new Map<StructureName, Application>();
  readonly #users = new Map<StructureName, User>();
  readonly #listeners = new Set<() => void>();
  #applicationOf = new Map<StructureName, StructureName>();
  #userOf = new Map<StructureName, StructureName>();

  constructor(store: Pick<DocumentStore, "watch">) {
    store.watch((changes) => this.#takeChanges(changes));
  }

  /** What was stored is known from now on. */
  take({ documents }: Pick<LoadedDocuments, "documents">): void {
    this.#applications.clear();
    this.#users.clear();
    for (const { document } of documents) this.#put(document);
    this.#settle();
  }

  /** None at all is the usual case, and costs nothing. */
  get isEmpty(): boolean {
    return this.#applications.size === 0;
  }

  get applications(): ReadonlyMap<StructureName, Application> {
    return this.#applications;
  }

  get users(): ReadonlyMap<StructureName, User> {
    return this.#users;
  }

  applicationOf(container: StructureName): StructureName | undefined {
    return this.#applicationOf.get(container);
  }

  /** Whether its application's policy decides about this resource of it. */
  leads(container: StructureName, resource: Resource): boolean {
    const name = this.#applicationOf.get(container);
    const application = name === undefined ? undefined : this.#applications.get(name);
    return application?.isGuarded === true && application.resources[resource]?.isGuarded === true;
  }

  /** Of its application and its user, where they say how much there may be. */
  budgetsOf(container: StructureName, resource: Resource): readonly GroupBudget[] {
    const name = this.#applicationOf.get(container);
    const application = name === undefined ? undefined : this.#applications.get(name);
    if (name === undefined || application === undefined) return [];
    const own = application.resources[resource];
    const budgets: GroupBudget[] = [];
    if (own !== undefined)
      budgets.push({ group: name, max: own.max, containers: application.containers });
    const userName = this.#userOf.get(name);
    const user = userName === undefined ? undefined : this.#users.get(userName);
    const ofUser = user?.resources[resource];
    if (userName === undefined || user === undefined || ofUser === undefined) return budgets;
    const containers = user.applications.flatMap(
      (each) => this.#applications.get(each)?.containers ?? [],
    );
    return [...budgets, { group: userName, max: ofUser.max, containers }];
  }

  /** Calls back after groups changed. */
  onChange(listen: () => void): { cancel(): void } {
    this.#listeners.add(listen);
    return { cancel: () => this.#listeners.delete(listen) };
  }

  #takeChanges(changes: readonly DocumentChange[]): void {
    const ours = changes.filter(({ kind }) => kind === "application" || kind === "user");
    if (ours.length === 0) return;
    for (const { kind, name, document } of ours) {
      if (document !== undefined) this.#put(document);
      else this.#remove(kind, name);
    }
    this.#settle();
  }

  #put(document: Document): void {
    if (document.kind === "application") this.#applications.set(document.name, document.content);
    else if (document.kind === "user") this.#users.set(document.name, document.content);
  }

  #remove(kind: string, name: string): void {
    const map: ReadonlyMap<StructureName, CatalogueContents["application" | "user"]> =
      kind === "user" ? this.#users : this.#applications;
    const known = [...map.keys()].find((each) => each === name);
    if (known === undefined) return;
    if (kind === "user") this.#users.delete(known);
    else this.#applications.delete(known);
  }

  #settle(): void {
    this.#applicationOf = new Map(
      [...this.#applications].flatMap(([name, { containers }]) =>
        containers.map((container) => [container, name] as const),
      ),
    );
    this.#userOf = new Map(
      [...this.#users].flatMap(([name, { applications }]) =>
        applications.map((application) => [application, name] as const),
      ),
    );
    for (const listen of this.#listeners) listen();
  }
}
