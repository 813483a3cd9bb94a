/**
 * Work in pieces, one in each round of the loop: however much is posted, whoever samples or writes a
 * limit waits for one piece at most.
 */
export class Turns {
  readonly #waiting: (() => void)[] = [];

  /** Resolves when it is the caller's turn. */
  next(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#waiting.push(resolve);
    if (this.#waiting.length === 1) this.#soon();
    return promise;
  }

  #soon(): void {
    setImmediate(() => {
      this.#waiting.shift()?.();
      if (this.#waiting.length > 0) this.#soon();
    });
  }
}
