/**
 * How a container is subscribed: as a whole or not at all, also when the process dies in the middle.
 *
 *     1. saved: it is joining, what it had before, what it is to have     visible to nobody
 *     2. the agent gives it its limits and cores, all or none
 *     3. saved: it has joined, with its settings                          visible, guarded
 *
 * A process that dies after 1 leaves the note of what was before: the next one puts that back and removes
 * the note. To finish what was begun was refused: whether the host still has room is not known then, and
 * whoever asked was told nothing. After 3 everything is there.
 *
 * How one leaves: its documents go in one save, then its limits are put back. A process that dies between
 * the two leaves a container that nobody scales, and those get the owner's limits at every start.
 */
import { err, ok, type Result, type StructureName } from "@sc/domain";
import type {
  AgentContainerView,
  ApiProblem,
  ContainerDeclaration,
  HealthProblem,
  Log,
} from "@sc/ports";
import type { Admission } from "./admission.ts";
import { holdersOn } from "./capacity.ts";
import type { CatalogueBook } from "./catalogue-book.ts";
import { staleProblem, unknownStructure } from "./catalogue-problems.ts";
import { type SettingsReader, storedWith } from "./container-settings.ts";
import { planJoined, planJoining, planLeaving, planUndone, refused } from "./subscription-plans.ts";

export interface SubscriberDeps {
  readonly log: Log;
  readonly book: CatalogueBook;
  readonly registry: SettingsReader;
  readonly container: (name: StructureName) => AgentContainerView | undefined;
  readonly admission: Admission;
}

type Done = Promise<Result<void, ApiProblem>>;

export class Subscriber {
  readonly #deps: SubscriberDeps;
  /** Those this process is subscribing now. */
  readonly #joining = new Set<StructureName>();
  /** Why what a process died in is not undone yet. */
  readonly #notUndone = new Map<StructureName, string>();
  #undoing: Promise<void> | undefined;

  constructor(deps: SubscriberDeps) {
    this.#deps = deps;
  }

  async subscribe(
    name: StructureName,
    host: StructureName,
    declaration: ContainerDeclaration,
  ): Done {
    const { book, container: find, registry } = this.#deps;
    let isBegun = false;
    const begun = await book.change(({ state, settings }) => {
      const isUnset =
        registry.storedOf(name) === undefined && !settings.some((change) => change.name === name);
      const newcomer = {
        name,
        host,
        container: find(name),
        stored: isUnset ? undefined : storedWith(registry, name, settings),
        holders: holdersOn(state, host, find),
      };
      const plan = planJoining(state, newcomer, declaration);
      isBegun = plan.ok;
      if (isBegun) this.#joining.add(name);
      return plan;
    });
    if (!begun.ok) {
      if (isBegun) this.#joining.delete(name);
      return begun;
    }
    try {
      return await this.#admitAndJoin(name, declaration);
    } finally {
      this.#joining.delete(name);
    }
  }

  async #admitAndJoin(name: StructureName, declaration: ContainerDeclaration): Done {
    const { admission, book } = this.#deps;
    const joining = book.state.subscription.get(name)?.content.joining;
    const admitted = await admission.admit(name, joining?.wanted ?? {}).catch(failure);
    const joined = admitted.ok
      ? await book.change(({ state }) => planJoined(state, name, declaration))
      : err(refused(`Error updating host ${declaration.host}: ${admitted.error}`));
    if (joined.ok) return joined;
    await this.#undo(name);
    return joined;
  }

  /** What a process died in, and what could not be undone at once. */
  undoUnfinished(): Promise<void> {
    this.#undoing ??= this.#undoAll().finally(() => {
      this.#undoing = undefined;
    });
    return this.#undoing;
  }

  async #undoAll(): Promise<void> {
    for (const [name, { content }] of this.#deps.book.state.subscription) {
      if (content.joining !== undefined && !this.#joining.has(name)) await this.#undo(name);
    }
  }

  /** The limits first: as long as they are not back, the note of what they were is kept. */
  async #undo(name: StructureName): Promise<void> {
    const { admission, book, container, log } = this.#deps;
    const joining = book.state.subscription.get(name)?.content.joining;
    if (joining === undefined) return;
    const { limits: before, wanted } = joining;
    // One that is gone took its limits along.
    const undone =
      container(name) === undefined
        ? ok(undefined)
        : await admission.undo(name, { before, wanted }).catch(failure);
    const removed = undone.ok
      ? await book.change(({ state }) => planUndone(state, name))
      : err(refused(undone.error));
    if (removed.ok) {
      this.#notUndone.delete(name);
      log.info("a subscription that was not done is undone", { container: name });
      return;
    }
    const { detail } = removed.error;
    if (this.#notUndone.get(name) !== detail) {
      log.error("a subscription that was not done cannot be undone yet", {
        container: name,
        detail,
      });
    }
    this.#notUndone.set(name, detail);
  }

  async desubscribe(name: StructureName, revision: number | undefined): Done {
    const { admission, book, log } = this.#deps;
    const removed = await book.change(({ state }) => {
      const kept = state.subscription.get(name);
      if (kept === undefined || kept.content.joining !== undefined) {
        return err(unknownStructure(name, ["container"]));
      }
      const stale = staleProblem(state, { kind: "subscription", name }, revision);
      return stale === undefined ? ok(planLeaving(state, name)) : err(stale);
    });
    if (!removed.ok) return removed;
    try {
      await admission.leave(name);
    } catch (error) {
      log.error("the limits of a container that left were not put back", {
        container: name,
        error,
      });
    }
    return removed;
  }

  problems(): readonly HealthProblem[] {
    return [...this.#notUndone].map(([structure, detail]) => ({
      code: "SC_SUBSCRIPTION_REFUSED",
      text: `a subscription that was not done cannot be undone yet: ${detail}`,
      structure,
      nextStep: "mend what is named; it is tried again every 5 s",
    }));
  }
}

const failure = (error: unknown) => err(error instanceof Error ? error.message : String(error));
