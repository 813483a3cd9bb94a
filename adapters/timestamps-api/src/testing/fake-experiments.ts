import { err, ok } from "@sc/domain";
import type {
  ExperimentDraft,
  ExperimentPlace,
  ExperimentProblem,
  Experiments,
  StoredExperiment,
} from "@sc/ports";

const times = { createdTime: 1_700_000_000, updatedTime: 1_700_000_000 };
const unknown: ExperimentProblem = { code: "SC_EXPERIMENT_UNKNOWN", message: "there is none" };
const stale: ExperimentProblem = { code: "SC_STORE_STALE_REVISION", message: "it was changed" };

/** Experiments in memory; they are lost with it. */
export class FakeExperiments implements Experiments {
  readonly kept: StoredExperiment[] = [];
  /** What every question is answered with while it is set. */
  failure: ExperimentProblem | undefined;
  #last = 0;

  list(kind: StoredExperiment["kind"]) {
    if (this.failure !== undefined) return err(this.failure);
    return ok(this.kept.filter((each) => each.kind === kind));
  }

  async add(draft: ExperimentDraft) {
    if (this.failure !== undefined) return err(this.failure);
    this.#last += 1;
    const stored = storedOf(draft, this.#last.toString(16).padStart(24, "0"), 1);
    this.kept.push(stored);
    return ok(stored);
  }

  async replace({ id, revision }: ExperimentPlace, draft: ExperimentDraft) {
    const at = this.kept.findIndex((each) => each.id === id);
    if (at === -1) return err(unknown);
    if (this.kept[at]?.revision !== revision) return err(stale);
    const stored = storedOf(draft, id, revision + 1);
    this.kept[at] = stored;
    return ok(stored);
  }

  async remove(_kind: StoredExperiment["kind"], { id }: ExperimentPlace) {
    const at = this.kept.findIndex((each) => each.id === id);
    if (at === -1) return err(unknown);
    this.kept.splice(at, 1);
    return ok(undefined);
  }

  async report() {
    return err(unknown);
  }
}

const storedOf = (draft: ExperimentDraft, id: string, revision: number): StoredExperiment =>
  draft.kind === "experiment"
    ? { kind: draft.kind, id, revision, content: { ...draft.content, ...times } }
    : { kind: draft.kind, id, revision, content: { ...draft.content, ...times } };
