import { err, ok, type Result } from "@sc/domain";
import type { MemoryWait, MemoryWaitReading, RestoreStep, WriteRefusal } from "@sc/ports";
import { type FileOwner, GroupFile } from "../files/group-file.ts";
import { parseKeyed } from "../files/parse-numbers.ts";
import { errnoOf, writeFailureOf } from "../files/write-refusal.ts";

const onKey = Buffer.from("oom_kill_disable");
const waitingKey = Buffer.from("under_oom");

/**
 * `memory.oom_control` of a group. Only page faults of the programs themselves wait: a system call
 * that needs memory at the limit fails with EFAULT or ENOMEM (tried on 6.18).
 */
export class MemoryWaitFile implements MemoryWait {
  readonly #folder: string;
  readonly #owner: FileOwner;
  readonly #file: GroupFile;
  readonly #refusal: () => WriteRefusal | undefined;

  /** `refusal`: why nothing may be written to the group at all. */
  constructor(folder: string, owner: FileOwner, refusal: () => WriteRefusal | undefined) {
    this.#folder = folder;
    this.#owner = owner;
    this.#file = oomControlOf(folder, owner);
    this.#refusal = refusal;
  }

  get restoreStep(): RestoreStep {
    return { file: this.#file.path, value: "0" };
  }

  read(): MemoryWaitReading | undefined {
    const content = this.#file.read();
    if (content === undefined) return undefined;
    const isOn = parseKeyed(content.bytes, content.length, onKey);
    const isWaiting = parseKeyed(content.bytes, content.length, waitingKey);
    if (isOn === undefined || isWaiting === undefined) return undefined;
    return {
      isOn: isOn === 1,
      isWaiting: isWaiting === 1,
      hasGroupsInside: this.#owner.pool.files.foldersIn(this.#folder).length > 0,
    };
  }

  write(isOn: boolean): Result<void, WriteRefusal> {
    const refusal = this.#refusal();
    if (refusal !== undefined) return err(refusal);
    const written = this.#writeTo(this.#file, isOn ? "1" : "0");
    if (written.ok && !isOn) this.#switchOffInside(this.#folder);
    return written;
  }

  #switchOffInside(folder: string): void {
    for (const name of this.#owner.pool.files.foldersIn(folder)) {
      const inside = `${folder}/${name}`;
      const file = oomControlOf(inside, this.#owner);
      // One that ended meanwhile needs nothing.
      this.#writeTo(file, "0");
      file.close();
      this.#switchOffInside(inside);
    }
  }

  #writeTo(file: GroupFile, value: string): Result<void, WriteRefusal> {
    try {
      file.write(value);
      return ok(undefined);
    } catch (error) {
      const isGone = !this.#owner.isStillTheSame();
      const failure = writeFailureOf(errnoOf(error), { file: file.path, value, isGone });
      // Where the group is gone nothing waits any more.
      return failure.kind === "gone" ? ok(undefined) : err(failure.refusal);
    }
  }

  close(): void {
    this.#file.close();
  }
}

const oomControlOf = (folder: string, owner: FileOwner): GroupFile =>
  new GroupFile(`${folder}/memory.oom_control`, owner);
