/** What was made, and how to remove it: the last made is removed first, and a failure stops nothing. */
export class Cleanup {
  readonly #steps: { readonly what: string; readonly remove: () => Promise<void> | void }[] = [];

  /** Registers the removal; call it before the thing is made, as half of it may be there. */
  add(what: string, remove: () => Promise<void> | void): void {
    this.#steps.push({ what, remove });
  }

  /** Removes everything; answers what could not be removed. */
  async run(): Promise<readonly string[]> {
    const failures: string[] = [];
    for (let step = this.#steps.pop(); step !== undefined; step = this.#steps.pop()) {
      try {
        await step.remove();
      } catch (error) {
        failures.push(`${step.what}: ${error instanceof Error ? error.message : String(error)}`);
      }
    }
    return failures;
  }
}
