import { invariant } from "@sc/domain";
import { Random } from "../demand/random.ts";

/** What is drawn by chance from a seed: the same seed draws the same. */
export class Draws {
  readonly #random: Random;

  constructor(seed: string) {
    this.#random = new Random(seed);
  }

  /** Both ends may come. */
  integer(min: number, max: number): number {
    return min + Math.floor(this.#random.next() * (max - min + 1));
  }

  isOneIn(many: number): boolean {
    return this.#random.next() * many < 1;
  }

  of<T>(choices: readonly T[]): T {
    const choice = choices[this.integer(0, choices.length - 1)];
    invariant(choice !== undefined, "there is something to choose from");
    return choice;
  }

  /** Each as often as its weight says. */
  weighted<T>(choices: readonly { readonly weight: number; readonly make: () => T }[]): T {
    const sum = choices.reduce((all, { weight }) => all + weight, 0);
    let left = this.#random.next() * sum;
    for (const { weight, make } of choices) {
      left -= weight;
      if (left < 0) return make();
    }
    throw new Error("what is drawn is less than the sum of all");
  }
}
