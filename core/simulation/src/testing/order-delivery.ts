import type { Order } from "@sc/domain";

/** Of a tenth of a second each: the scaler waits for an answer for 5 s. */
const momentsMost = 40;

/** How orders come to the agent, when the way there is not as it should be. */
export class OrderDelivery {
  how: "normal" | "twice" | "late" | "reversed" = "normal";
  readonly #hand: (orders: readonly Order[]) => void;
  #late: Order[] = [];
  #waited = 0;

  constructor(hand: (orders: readonly Order[]) => void) {
    this.#hand = hand;
  }

  bring(orders: readonly Order[]): void {
    switch (this.how) {
      case "normal":
        this.#hand(orders);
        return;
      case "twice":
        this.#hand(orders);
        this.#hand(orders);
        return;
      case "reversed":
        this.#hand([...orders].reverse());
        return;
      case "late":
        this.#late.push(...orders);
    }
  }

  /** A moment passes. What the scaler would wait for no longer comes before that. */
  wait(): void {
    this.#waited = this.#late.length === 0 ? 0 : this.#waited + 1;
    if (this.#waited < momentsMost) return;
    this.bringLate();
    this.how = "late";
  }

  /** What was on its way comes at last, the newest first, and then once more. */
  bringLate(): void {
    this.how = "normal";
    const late = this.#late.reverse();
    this.#late = [];
    this.#hand([...late, ...late]);
  }

  /** The process died, and what was on its way within it with it. */
  lose(): void {
    this.#late = [];
  }
}
