/** Of what was found only so much is kept: the count goes on. */
const keptMax = 200;

/** What must not be, as it is found; said at once, because a run lasts an hour. */
export class Findings {
  readonly #say: (line: string) => void;
  readonly #kept: string[] = [];
  readonly #startedAt = Date.now();
  #count = 0;

  constructor(say: (line: string) => void = console.error) {
    this.#say = say;
  }

  get count(): number {
    return this.#count;
  }

  get kept(): readonly string[] {
    return this.#kept;
  }

  /** `invariant`: a word for the rule; `detail`: whom it was broken for, and the figures. */
  add(invariant: string, detail: string): void {
    this.#count += 1;
    const seconds = ((Date.now() - this.#startedAt) / 1000).toFixed(1);
    const line = `${seconds} s  ${invariant}: ${detail}`;
    if (this.#kept.length < keptMax) this.#kept.push(line);
    this.#say(line);
  }
}
