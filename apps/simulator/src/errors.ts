/** The simulator was called in a way that cannot work. */
export class UsageError extends Error {
  readonly code = "SC_USAGE";

  constructor(message: string) {
    super(message);
    this.name = "UsageError";
  }
}
