import type { MonotonicSeconds, StructureSnapshot } from "@sc/domain";
import type { HealthProblem } from "@sc/ports";
import { pointsOfSnapshot, type SeriesFacts } from "./points-of-snapshot.ts";
import { SeriesOutlet, type SeriesOutletDeps, type SeriesOutletStatus } from "./series-outlet.ts";

export type SeriesPlace = Pick<SeriesOutletDeps, "name" | "queue" | "writer">;

export interface SeriesOutputsDeps
  extends Pick<SeriesOutletDeps, "clock" | "timers" | "log" | "random"> {
  readonly places: readonly SeriesPlace[];
  readonly facts: () => SeriesFacts;
}

/** Snapshots come a little early or late. */
const slackSeconds = 0.5;

/** All stores of series that snapshots are written to, each on its own: none waits for another. */
export class SeriesOutputs {
  readonly #facts: () => SeriesFacts;
  readonly #outlets: readonly SeriesOutlet[];
  #lastAt: MonotonicSeconds | undefined;
  /** Points each had lost at the snapshot before, and how many more at the last one. */
  readonly #lost = new Map<string, { readonly before: number; readonly lately: number }>();

  constructor({ places, facts, ...common }: SeriesOutputsDeps) {
    this.#facts = facts;
    this.#outlets = places.map((place) => new SeriesOutlet({ ...place, ...common }));
  }

  start(): void {
    for (const outlet of this.#outlets) outlet.start();
  }

  async stop(): Promise<void> {
    this.#lastAt = undefined;
    await Promise.all(this.#outlets.map((outlet) => outlet.stop()));
  }

  /** Taken when one is due; made into points one by one, while it waits to be written. */
  take(snapshot: StructureSnapshot, everySeconds: number): void {
    const since = this.#lastAt === undefined ? Infinity : snapshot.at - this.#lastAt;
    if (this.#outlets.length === 0 || since < everySeconds - slackSeconds) return;
    this.#lastAt = snapshot.at;
    const facts = this.#facts();
    for (const outlet of this.#outlets) {
      this.#noteLost(outlet.status());
      outlet.take(pointsOfSnapshot(snapshot, facts));
    }
  }

  problems(): readonly HealthProblem[] {
    return this.#outlets.flatMap((outlet) => this.#problemsOf(outlet.status()));
  }

  #noteLost({ name, lost }: SeriesOutletStatus): void {
    const before = this.#lost.get(name)?.before ?? 0;
    this.#lost.set(name, { before: lost, lately: lost - before });
  }

  #problemsOf(status: SeriesOutletStatus): readonly HealthProblem[] {
    const { name, away, refusal, refused, queueFailure, waiting, lost } = status;
    const problems: HealthProblem[] = [];
    if (away !== undefined) {
      const text = `the store ${name} takes nothing: ${away}; ${waiting} points wait, ${lost} are lost`;
      const nextStep = "start the store or mend history.outputs; what waits goes there by itself";
      problems.push({ code: "SC_OUTPUT_AWAY", text, nextStep });
    }
    if (refusal !== undefined) {
      const text = `the store ${name} refuses points (${refused} until now): ${refusal}`;
      const nextStep = "let the store take new metrics; refused points are lost";
      problems.push({ code: "SC_OUTPUT_REFUSED", text, nextStep });
    }
    const lately = this.#lost.get(name)?.lately ?? 0;
    if (queueFailure !== undefined || lately > 0) {
      const why = queueFailure ?? "its queue is full";
      const text = `points for the store ${name} are lost (${lost} until now): ${why}`;
      const nextStep = "start the store, make room in the state folder or raise queueMaxMib";
      problems.push({ code: "SC_OUTPUT_LOSING", text, nextStep });
    }
    return problems;
  }
}
