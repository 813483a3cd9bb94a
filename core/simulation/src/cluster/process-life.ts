/** What a process does to the world, in order; it may die before and after each. */
export type Step = "hold" | "drop" | "intend" | "applied" | "refused" | "forget" | "write";
export type StepTime = "before" | "after";

/**
 * The life of one process of the product. It may end at any step, after which nothing it still does reaches
 * the world and no answer finds it; and it may stand still, and find what came due meanwhile all at once.
 */
export class ProcessLife {
  readonly #onStep: (step: Step, when: StepTime) => void;
  #state: "running" | "standing" | "dead" = "running";
  #due = new Set<() => void>();

  /** What `onStep` throws, the process meets. */
  constructor(onStep: (step: Step, when: StepTime) => void) {
    this.#onStep = onStep;
  }

  get isDead(): boolean {
    return this.#state === "dead";
  }

  /** Neither dead nor standing still. */
  get isRunning(): boolean {
    return this.#state === "running";
  }

  die(): void {
    this.#state = "dead";
    this.#due.clear();
  }

  standStill(): void {
    if (this.#state === "running") this.#state = "standing";
  }

  /** Each thing that came due runs once, however often it would have. */
  goOn(): void {
    if (this.#state !== "standing") return;
    this.#state = "running";
    const due = this.#due;
    this.#due = new Set();
    for (const run of due) if (this.isRunning) run();
  }

  assertAlive(): void {
    if (this.isDead) throw new Error("the process is dead");
  }

  step<T>(step: Step, run: () => T): T {
    this.assertAlive();
    this.#onStep(step, "before");
    this.assertAlive();
    const value = run();
    this.#onStep(step, "after");
    this.assertAlive();
    return value;
  }

  /** What the world calls, as long as there is someone to be called. */
  called(run: () => void): () => void {
    const calling = (): void => {
      if (this.#state === "running") run();
      else if (this.#state === "standing") this.#due.add(calling);
    };
    return calling;
  }

  /** What waits for an answer when the process dies, waits for ever. */
  async heard<Answer>(coming: Promise<Answer>): Promise<Answer> {
    const answer = await coming;
    return this.isDead ? new Promise<Answer>(() => {}) : answer;
  }
}
