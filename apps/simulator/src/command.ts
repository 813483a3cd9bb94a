/** Where a command writes: its answer, and what is said beside it. */
export interface Output {
  write(text: string): void;
  note(text: string): void;
}

/** One thing the simulator does. */
export interface SimulatorCommand {
  /** How it is called: one line, then one for each option. */
  readonly usage: string;
  /** Answers the exit status: 0 = it ran, and found nothing that must not be. */
  run(words: readonly string[], output: Output): Promise<number>;
}
