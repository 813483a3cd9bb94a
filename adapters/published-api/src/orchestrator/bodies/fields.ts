import { invalid } from "../errors.ts";
import { flagOf, numberOf, textOf } from "./values.ts";

/** The keys of an object in a body, each read as what it must be. */
export class Fields {
  /** After a key in messages: ` for 'cpu' resource`. */
  readonly #place: string;
  readonly #values: ReadonlyMap<string, unknown>;

  /** An object, or the request is refused; `what` says which one. */
  constructor(value: unknown, what: string, place = "") {
    if (typeof value !== "object" || value === null || Array.isArray(value)) {
      throw invalid(`${what} must be an object`);
    }
    this.#values = new Map(Object.entries(value));
    this.#place = place;
  }

  get keys(): readonly string[] {
    return [...this.#values.keys()];
  }

  has(key: string): boolean {
    return this.#values.has(key);
  }

  /** Whatever it is. */
  value(key: string): unknown {
    return this.#values.get(key);
  }

  /** Every one must be there before any is looked at, as the original has it. */
  require(keys: readonly string[]): void {
    const missing = keys.find((key) => !this.#values.has(key));
    if (missing !== undefined) throw invalid(`Missing key '${missing}'${this.#place}`);
  }

  fields(key: string, place?: string): Fields {
    this.require([key]);
    return new Fields(this.value(key), `'${key}'${this.#place}`, place);
  }

  text(key: string): string {
    return this.#read(key, textOf, "a text");
  }

  number(key: string): number {
    return this.#read(key, notNegative, "a number, and not negative");
  }

  flag(key: string): boolean {
    return this.#read(key, flagOf, "true or false");
  }

  #read<Value>(key: string, read: (value: unknown) => Value | undefined, what: string): Value {
    this.require([key]);
    const value = read(this.#values.get(key));
    if (value === undefined) throw invalid(`'${key}'${this.#place} must be ${what}`);
    return value;
  }
}

function notNegative(value: unknown): number | undefined {
  const number = numberOf(value);
  return number !== undefined && number >= 0 ? number : undefined;
}
