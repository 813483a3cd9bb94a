import { type EndedWrite, newClaim, type WriteTask } from "./write-request.ts";
import { type LaneJob, WriterLane } from "./writer-lane.ts";

/** `late`: it was begun and goes on in the kernel; how it ended comes when it did. */
export type BlockingAnswer =
  | EndedWrite
  | { readonly kind: "late"; readonly ended: Promise<EndedWrite> };

/** Makes writes that may take the kernel seconds, away from the loop that samples. */
export interface BlockingWriter {
  /**
   * Writes the tasks in order, up to the first that fails. Past the deadline the answer is
   * `not-begun`, and the write is never made, or `late`.
   */
  write(tasks: readonly WriteTask[], how: HowToWrite): Promise<BlockingAnswer>;
  close(): Promise<void>;
}

export interface HowToWrite {
  readonly deadlineSeconds: number;
  /** A growth waits for no shrink, which may reclaim for seconds: memory may run out meanwhile. */
  readonly direction: "growth" | "shrink";
}

/**
 * So many limits may be in reclaim before the next shrink has to wait; one more costs a thread,
 * started when it is needed and ended when it is not. A growth reclaims nothing, so one thread nearly always does.
 */
const threadsMax = { growth: 2, shrink: 4 } as const;

/** Writes in threads of its own, growths and shrinks apart. */
export class WorkerWriter implements BlockingWriter {
  readonly #lanes: Readonly<Record<HowToWrite["direction"], WriterLane>>;
  /** Answers whoever still waits. */
  readonly #waiting = new Set<() => void>();

  /** `script` is replaced by tests and benchmarks that hold the worker the way a kernel does. */
  constructor(script = new URL("./blocking-writer-worker.ts", import.meta.url)) {
    this.#lanes = {
      growth: new WriterLane(script, { threadsMax: threadsMax.growth }),
      shrink: new WriterLane(script, { threadsMax: threadsMax.shrink }),
    };
  }

  write(
    tasks: readonly WriteTask[],
    { deadlineSeconds, direction }: HowToWrite,
  ): Promise<BlockingAnswer> {
    const { promise: ended, resolve: end } = Promise.withResolvers<EndedWrite>();
    const job: LaneJob = { tasks, claim: newClaim(), end };
    // What is shrunk now may have to grow at once.
    this.#lanes.growth.warm();
    const lane = this.#lanes[direction];
    lane.add(job);
    const { promise: answered, resolve: answer } = Promise.withResolvers<BlockingAnswer>();
    const giveUp = (): void =>
      answer(lane.cancel(job) ? { kind: "not-begun" } : { kind: "late", ended });
    const timer = setTimeout(giveUp, deadlineSeconds * 1000);
    this.#waiting.add(giveUp);
    return Promise.race([ended, answered]).finally(() => {
      clearTimeout(timer);
      this.#waiting.delete(giveUp);
    });
  }

  async close(): Promise<void> {
    for (const giveUp of this.#waiting) giveUp();
    await Promise.all(Object.values(this.#lanes).map((lane) => lane.close()));
  }
}
