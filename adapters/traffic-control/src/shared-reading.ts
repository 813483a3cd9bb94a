/** A reading that tells of everything: shared by those who ask while it lasts, and for a while after. */
export class SharedReading<T> {
  readonly #read: () => Promise<T>;
  readonly #freshMs: number;
  readonly #now: () => number;
  #reading: { readonly value: Promise<T>; endedAt: number } | undefined;

  constructor(
    read: () => Promise<T>,
    {
      freshMs,
      now = () => performance.now(),
    }: { readonly freshMs: number; readonly now?: () => number },
  ) {
    this.#read = read;
    this.#freshMs = freshMs;
    this.#now = now;
  }

  read(): Promise<T> {
    if (this.#reading !== undefined && this.#now() - this.#reading.endedAt < this.#freshMs)
      return this.#reading.value;
    const reading = { value: this.#read(), endedAt: Number.POSITIVE_INFINITY };
    this.#reading = reading;
    void reading.value.finally(() => {
      reading.endedAt = this.#now();
    });
    return reading.value;
  }

  /** What was read, and what is being read, is no longer so. */
  forget(): void {
    this.#reading = undefined;
  }
}
