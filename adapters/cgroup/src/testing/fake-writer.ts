import { basename } from "node:path";
import type { BlockingAnswer, BlockingWriter, HowToWrite } from "../files/blocking-writer.ts";
import type { WriteTask } from "../files/write-request.ts";
import type { FakeKernelFiles } from "./fake-kernel-files.ts";

const mib = 1_048_576;

/** Answers at once: what a kernel that takes everything, or the test, says. */
export class FakeWriter implements BlockingWriter {
  /** `limit_in_bytes 128`, in MiB, or `none`. */
  readonly tasks: string[] = [];
  readonly directions: HowToWrite["direction"][] = [];
  answer: (task: WriteTask) => BlockingAnswer | undefined = () => undefined;
  readonly #files: FakeKernelFiles;
  readonly #noLimit: string;

  /** `noLimit`: how the kernel prints it. */
  constructor(files: FakeKernelFiles, noLimit: string) {
    this.#files = files;
    this.#noLimit = noLimit;
  }

  write(tasks: readonly WriteTask[], { direction }: HowToWrite): Promise<BlockingAnswer> {
    this.directions.push(direction);
    for (const task of tasks) {
      const bytes = Number(task.value);
      const isLimit = bytes >= 0;
      const name = basename(task.file).slice("memory.".length);
      this.tasks.push(`${name} ${isLimit ? bytes / mib : "none"}`);
      const answer = this.answer(task);
      if (answer !== undefined) return Promise.resolve(answer);
      this.#files.contents.set(task.file, isLimit ? `${task.value}\n` : this.#noLimit);
    }
    return Promise.resolve({ kind: "written" });
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}
