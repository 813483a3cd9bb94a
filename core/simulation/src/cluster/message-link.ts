/** How messages come to whom they are for, when the way there is not as it should be. */
export const deliveries = ["normal", "lost", "twice", "late", "reversed"] as const;
export type Delivery = (typeof deliveries)[number];

/** Of a tenth of a second each: the scaler waits for an answer for 5 s. */
const momentsMost = 40;

/** The way of one topic's messages to one service. */
export class MessageLink {
  #how: Delivery = "normal";
  #held: (() => void)[] = [];
  #waited = 0;
  readonly #note: (how: Delivery) => void;

  /** Is told of every message that does not simply come. */
  constructor(note: (how: Delivery) => void = () => undefined) {
    this.#note = note;
  }

  get how(): Delivery {
    return this.#how;
  }

  /** What is held comes first, unless it is to be later still. */
  set(how: Delivery): void {
    if (how !== "late") this.bringHeld();
    this.#how = how;
  }

  bring(hand: () => void): void {
    if (this.#how !== "normal") this.#note(this.#how);
    switch (this.#how) {
      case "normal":
        hand();
        return;
      case "lost":
        return;
      case "twice":
        hand();
        hand();
        return;
      case "late":
        this.#held.push(hand);
        return;
      case "reversed":
        this.#held.push(hand);
        if (this.#held.length > 1) this.#handAll(this.#held.reverse());
    }
  }

  /** A moment passes. What the scaler would wait for no longer comes before that. */
  wait(): void {
    this.#waited = this.#held.length === 0 ? 0 : this.#waited + 1;
    if (this.#waited >= momentsMost) this.bringHeld();
  }

  /** What was on its way comes at last, the newest first; what was late comes once more. */
  bringHeld(): void {
    const held = this.#held.reverse();
    this.#handAll(this.#how === "late" ? [...held, ...held] : held);
  }

  /** The process died, and what was on its way within it with it. */
  lose(): void {
    this.#held = [];
  }

  #handAll(held: readonly (() => void)[]): void {
    this.#held = [];
    this.#waited = 0;
    for (const hand of held) hand();
  }
}
