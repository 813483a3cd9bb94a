import type { Order } from "@sc/domain";

/** How orders come to the agent, when the way there is not as it should be. */
export class OrderDelivery {
  how: "normal" | "twice" | "late" | "reversed" = "normal";
  readonly #hand: (orders: readonly Order[]) => void;
  #late: Order[] = [];

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
