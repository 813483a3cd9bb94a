import type { MemoryProgram } from "../demand/memory-program.ts";
import type { Memory } from "./memory.ts";

/** The kernel took it; whoever runs it starts it again after so long. */
const restartSeconds = 1;

/**
 * A program that runs in a group, step by step. What waits for memory, or for a page to come from the disk,
 * does not go on: its own time falls behind the world's.
 */
export class MemoryProgramRun {
  readonly #program: MemoryProgram;
  readonly #memory: Memory;
  #ranSeconds = 0;
  #restSeconds = 0;
  #readOnceMib = 0;

  constructor(program: MemoryProgram, memory: Memory) {
    this.#program = program;
    this.#memory = memory;
  }

  step(seconds: number): void {
    if (this.#restSeconds > 0) {
      this.#restSeconds -= seconds;
      this.#ranSeconds += seconds;
      return;
    }
    const kills = this.#memory.kills;
    const wantedMib = this.#program.usedMibAt(this.#ranSeconds + seconds);
    const ran = this.#memory.grow(wantedMib, seconds) * seconds;
    if (this.#memory.kills > kills) {
      this.#restSeconds = restartSeconds;
      this.#ranSeconds += seconds;
      return;
    }
    this.#ranSeconds += ran;
    const readMib = this.#program.cachedMibAt(this.#ranSeconds);
    const { workingSet } = this.#program;
    this.#memory.readOnce(readMib - this.#readOnceMib);
    this.#readOnceMib = readMib;
    if (workingSet !== undefined) this.#memory.readAgain(workingSet, ran);
  }
}
