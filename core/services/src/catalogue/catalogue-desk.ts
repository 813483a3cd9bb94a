/**
 * What clients declare of hosts, containers, applications and users: asked, checked and changed here,
 * whichever face they come through. Plans are pure and say what is to be saved; the book saves it.
 */
import { err, ok, type Resource, type Result, type StructureName } from "@sc/domain";
import type {
  ApiProblem,
  ApplicationDeclaration,
  ApplicationMembership,
  ApplicationView,
  Catalogue,
  CatalogueUpdate,
  CatalogueView,
  ContainerDeclaration,
  ContainerMembership,
  DeclaredHostView,
  DiskChange,
  DiskDeclaration,
  DocumentStore,
  HealthProblem,
  HostDeclaration,
  HostProbe,
  LoadedDocuments,
  Log,
  Subject,
  SubscribedContainerView,
  UserDeclaration,
  UserView,
} from "@sc/ports";
import type { StructureRegistry } from "../structure-registry/structure-registry.ts";
import type { Admission } from "./admission.ts";
import { CatalogueBook, type Proposal } from "./catalogue-book.ts";
import { kindInViews, nameIn, takenName, unknownStructure } from "./catalogue-problems.ts";
import { type CatalogueState, type DeclaredKind, declaredKinds } from "./catalogue-state.ts";
import { CatalogueViews, type CatalogueViewsDeps } from "./catalogue-views.ts";
import { type DeclaredPlacement, placementOf } from "./declared-placement.ts";
import {
  planApplication,
  planApplicationIn,
  planApplicationOut,
  planApplicationRemoval,
  planContainerIn,
  planContainerOut,
  planUser,
  planUserRemoval,
} from "./group-plans.ts";
import { planDiskChanges, planDisks, planHost, planHostRemoval } from "./host-plans.ts";
import { planUpdate } from "./plan-update.ts";
import { Subscriber } from "./subscriber.ts";

export interface CatalogueDeskDeps extends Omit<CatalogueViewsDeps, "registry"> {
  readonly log: Log;
  readonly store: Pick<DocumentStore, "watch">;
  readonly registry: StructureRegistry;
  readonly admission: Admission;
  /** Whether a host of this name is the one whose containers are scaled here. */
  readonly isLocalHost: (name: StructureName) => boolean;
  readonly probe: HostProbe;
}

type Plan = (state: CatalogueState, name: StructureName) => Result<Proposal, ApiProblem>;

export class CatalogueDesk implements Catalogue {
  readonly #deps: CatalogueDeskDeps;
  readonly #book: CatalogueBook;
  readonly #views: CatalogueViews;
  readonly #subscriber: Subscriber;
  #placed:
    | {
        readonly hosts: CatalogueState["declared-host"];
        readonly placement: DeclaredPlacement;
      }
    | undefined;

  constructor(deps: CatalogueDeskDeps) {
    this.#deps = deps;
    const { registry } = deps;
    const save = registry.saveTogether.bind(registry);
    this.#book = new CatalogueBook({ log: deps.log, save });
    this.#views = new CatalogueViews(deps);
    this.#subscriber = new Subscriber({ ...deps, book: this.#book });
    deps.store.watch((changes) => this.#book.takeChanges(changes));
  }

  /** What was stored is known from now on. */
  take(loaded: LoadedDocuments): void {
    this.#book.take(loaded);
  }

  /** What an earlier process died in; asked for again and again, once the containers are known. */
  undoUnfinished(): Promise<void> {
    return this.#subscriber.undoUnfinished();
  }

  /** How containers are laid on the cores of this host, as it was declared; asked for all the time. */
  placement(): DeclaredPlacement | "unknown" {
    const { isKnown, state } = this.#book;
    if (!isKnown) return "unknown";
    if (this.#placed?.hosts !== state["declared-host"]) {
      const placement = placementOf(state["declared-host"], this.#deps.isLocalHost);
      this.#placed = { hosts: state["declared-host"], placement };
    }
    return this.#placed.placement;
  }

  /** Also while it is being subscribed. */
  isSubscribed(name: StructureName): boolean {
    return this.#book.state.subscription.has(name);
  }

  problems(): readonly HealthProblem[] {
    return this.#subscriber.problems();
  }

  hosts(): readonly DeclaredHostView[] {
    return this.#list("declared-host", (state, name) => this.#views.host(state, name));
  }

  containers(): readonly SubscribedContainerView[] {
    const places = new Map<StructureName, StructureName>();
    for (const [application, { content }] of this.#book.state.application) {
      for (const container of content.containers) places.set(container, application);
    }
    return this.#list("subscription", (state, name) =>
      this.#views.subscribed(state, name, places.get(name) ?? null),
    );
  }

  applications(): readonly ApplicationView[] {
    return this.#list("application", (state, name) => this.#views.application(state, name));
  }

  users(): readonly UserView[] {
    return this.#list("user", (state, name) => this.#views.user(state, name));
  }

  #list<View>(
    kind: DeclaredKind,
    view: (state: CatalogueState, name: StructureName) => View | undefined,
  ): readonly View[] {
    const { state } = this.#book;
    return [...state[kind].keys()].toSorted().flatMap((name) => view(state, name) ?? []);
  }

  find({ name: text, kinds }: Subject): Result<CatalogueView, ApiProblem> {
    const name = nameIn(text);
    if (!name.ok) return name;
    const { state } = this.#book;
    for (const kind of declaredKinds) {
      if (kinds?.includes(kindInViews[kind]) === false || !state[kind].has(name.value)) continue;
      const view = this.#views.view(state, kind, name.value);
      if (view !== undefined) return ok(view);
    }
    return err(unknownStructure(text, kinds));
  }

  async declareHost(
    text: string,
    host: HostDeclaration,
  ): Promise<Result<DeclaredHostView, ApiProblem>> {
    const strange = await this.#whyNotHere(text, host);
    if (strange !== undefined) return err(strange);
    return this.#changeHost(text, (state, name) => planHost(state, name, host));
  }

  /** A host elsewhere is asked whether it is there, so that the answer says which of the two is wrong. */
  async #whyNotHere(text: string, host: HostDeclaration): Promise<ApiProblem | undefined> {
    const name = nameIn(text);
    if (!name.ok) return name.error;
    const taken = takenName(this.#book.state, name.value);
    if (taken !== undefined || this.#deps.isLocalHost(name.value)) return taken;
    if (!(await this.#deps.probe.answers(host.agent))) {
      const detail = "Could not connect to this host, is it up and has its node scaler up?";
      return { code: "SC_HOST_UNREACHABLE", detail };
    }
    const detail = `host ${text} answers, but this server scales its own host only: declare it at the server there, or list the name under compatibility.hostNames if it is this host's`;
    return { code: "SC_HOST_ELSEWHERE", detail };
  }

  removeHost(text: string, revision?: number): Promise<Result<void, ApiProblem>> {
    return this.#change(text, (state, name) => planHostRemoval(state, name, revision));
  }

  addDisks(
    host: string,
    disks: readonly DiskDeclaration[],
  ): Promise<Result<DeclaredHostView, ApiProblem>> {
    return this.#changeHost(host, (state, name) => planDisks(state, name, disks));
  }

  changeDisks(
    host: string,
    disks: readonly DiskChange[],
  ): Promise<Result<DeclaredHostView, ApiProblem>> {
    return this.#changeHost(host, (state, name) => planDiskChanges(state, name, disks));
  }

  async subscribe(
    text: string,
    container: ContainerDeclaration,
  ): Promise<Result<SubscribedContainerView, ApiProblem>> {
    const [name, host] = [nameIn(text), nameIn(container.host)];
    if (!name.ok) return name;
    if (!host.ok) return err({ ...host.error, field: "host" });
    const done = await this.#subscriber.subscribe(name.value, host.value, container);
    return done.ok
      ? this.#viewOf(text, (state, known) => this.#views.subscribed(state, known))
      : done;
  }

  async desubscribe(text: string, revision?: number): Promise<Result<void, ApiProblem>> {
    const name = nameIn(text);
    return name.ok ? this.#subscriber.desubscribe(name.value, revision) : name;
  }

  declareApplication(
    text: string,
    application: ApplicationDeclaration,
  ): Promise<Result<ApplicationView, ApiProblem>> {
    return this.#changeApplication(text, (state, name) =>
      planApplication(state, name, application),
    );
  }

  removeApplication(text: string, revision?: number): Promise<Result<void, ApiProblem>> {
    return this.#change(text, (state, name) => planApplicationRemoval(state, name, revision));
  }

  declareUser(text: string, user: UserDeclaration): Promise<Result<UserView, ApiProblem>> {
    return this.#changeUser(text, (state, name) => planUser(state, name, user));
  }

  removeUser(text: string, revision?: number): Promise<Result<void, ApiProblem>> {
    return this.#change(text, (state, name) => planUserRemoval(state, name, revision));
  }

  attachContainer(membership: ContainerMembership): Promise<Result<ApplicationView, ApiProblem>> {
    return this.#changeMembers(membership, planContainerIn);
  }

  detachContainer(membership: ContainerMembership): Promise<Result<ApplicationView, ApiProblem>> {
    return this.#changeMembers(membership, planContainerOut);
  }

  async #changeMembers(
    { container: text, application }: ContainerMembership,
    plan: typeof planContainerIn,
  ): Promise<Result<ApplicationView, ApiProblem>> {
    const container = nameIn(text);
    if (!container.ok) return container;
    return this.#changeApplication(application, (state, name) =>
      plan(state, { container: container.value, application: name }),
    );
  }

  attachApplication(membership: ApplicationMembership): Promise<Result<UserView, ApiProblem>> {
    return this.#changeOwner(membership, planApplicationIn);
  }

  detachApplication(membership: ApplicationMembership): Promise<Result<UserView, ApiProblem>> {
    return this.#changeOwner(membership, planApplicationOut);
  }

  async #changeOwner(
    { application: text, user }: ApplicationMembership,
    plan: typeof planApplicationIn,
  ): Promise<Result<UserView, ApiProblem>> {
    const application = nameIn(text);
    if (!application.ok) return application;
    return this.#changeUser(user, (state, name) =>
      plan(state, { application: application.value, user: name }),
    );
  }

  async update(
    subject: Subject,
    update: CatalogueUpdate,
    revision?: number,
  ): Promise<Result<CatalogueView, ApiProblem>> {
    const name = nameIn(subject.name);
    if (!name.ok) return name;
    let leavingAuto: readonly Resource[] = [];
    const changed = await this.#book.change((proposed) => {
      const question = { name: name.value, kinds: subject.kinds, update, revision };
      const plan = planUpdate(proposed, this.#deps.registry, question);
      if (!plan.ok) return plan;
      leavingAuto = plan.value.leavingAuto;
      return ok(plan.value.proposal);
    });
    if (!changed.ok) return changed;
    // What nobody scales any more must not stay squeezed.
    if (leavingAuto.length > 0) await this.#leave(name.value, leavingAuto);
    return this.find(subject);
  }

  async #leave(name: StructureName, which: readonly Resource[]): Promise<void> {
    try {
      await this.#deps.admission.leave(name, which);
    } catch (error) {
      const message = "the first limits of a container were not put back";
      this.#deps.log.error(message, { container: name, error });
    }
  }

  async #changeHost(text: string, plan: Plan): Promise<Result<DeclaredHostView, ApiProblem>> {
    const changed = await this.#change(text, plan);
    return changed.ok
      ? this.#viewOf(text, (state, name) => this.#views.host(state, name))
      : changed;
  }

  async #changeApplication(text: string, plan: Plan): Promise<Result<ApplicationView, ApiProblem>> {
    const changed = await this.#change(text, plan);
    if (!changed.ok) return changed;
    return this.#viewOf(text, (state, name) => this.#views.application(state, name));
  }

  async #changeUser(text: string, plan: Plan): Promise<Result<UserView, ApiProblem>> {
    const changed = await this.#change(text, plan);
    return changed.ok
      ? this.#viewOf(text, (state, name) => this.#views.user(state, name))
      : changed;
  }

  async #change(text: string, plan: Plan): Promise<Result<void, ApiProblem>> {
    const name = nameIn(text);
    return name.ok ? this.#book.change(({ state }) => plan(state, name.value)) : name;
  }

  /** What is true now; what was removed meanwhile is not there. */
  #viewOf<View>(
    text: string,
    view: (state: CatalogueState, name: StructureName) => View | undefined,
  ): Result<View, ApiProblem> {
    const name = nameIn(text);
    if (!name.ok) return name;
    const made = view(this.#book.state, name.value);
    return made === undefined ? err(unknownStructure(text)) : ok(made);
  }
}
