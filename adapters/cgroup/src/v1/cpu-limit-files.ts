import type { CpuLimit } from "@sc/domain";
import { isSameCpuLimit } from "@sc/domain";
import type { CpuWriteOutcome, RestoreStep } from "@sc/ports";
import { type FileOwner, GroupFile } from "../files/group-file.ts";
import { parseInteger } from "../files/parse-numbers.ts";
import { errnoOf, unreadable, type WriteFailure, writeFailureOf } from "../files/write-refusal.ts";
import {
  type CpuKernelValues,
  type CpuStep,
  cpuFiles,
  cpuLimitSteps,
  fromKernelValues,
  noQuota,
  toKernelValues,
} from "./cpu-limit-steps.ts";

/** The four files that make up one cpu limit. */
export class CpuLimitFiles {
  readonly #files: Readonly<Record<keyof CpuKernelValues, GroupFile>>;
  readonly #folder: string;
  readonly #owner: FileOwner;

  constructor(folder: string, owner: FileOwner) {
    const file = (name: string): GroupFile => new GroupFile(`${folder}/${name}`, owner);
    this.#folder = folder;
    this.#owner = owner;
    this.#files = {
      quotaUs: file(cpuFiles.quotaUs),
      burstUs: file(cpuFiles.burstUs),
      periodUs: file(cpuFiles.periodUs),
      cpuShares: file(cpuFiles.cpuShares),
    };
  }

  read(): CpuLimit | undefined {
    const values = this.#readValues();
    return values === undefined ? undefined : fromKernelValues(values);
  }

  #readValues(): CpuKernelValues | undefined {
    const quotaUs = readInteger(this.#files.quotaUs);
    const periodUs = readInteger(this.#files.periodUs);
    const cpuShares = readInteger(this.#files.cpuShares);
    if (quotaUs === undefined || periodUs === undefined || cpuShares === undefined)
      return undefined;
    // A quota in no time is no limit one can count with, and no kernel's.
    if (periodUs <= 0) return undefined;
    // Kernels before 5.14 have no burst: the same as a burst of 0.
    return { quotaUs, periodUs, cpuShares, burstUs: readInteger(this.#files.burstUs) ?? 0 };
  }

  write(limit: CpuLimit): CpuWriteOutcome {
    const before = this.#readValues();
    if (before === undefined) return this.#withoutReading();
    const wanted = toKernelValues(limit);
    const steps = cpuLimitSteps(before, wanted);
    if (steps.length === 0) return { kind: "unchanged", limit: fromKernelValues(before) };
    const { failure, writes } = this.#writeSteps(steps);
    if (failure?.kind === "gone") return failure;
    if (failure !== undefined) {
      const undone = writes === 0 ? 0 : this.#takeBack(before);
      return { ...failure, limit: this.read(), writes: writes + undone };
    }
    const after = this.read();
    if (after === undefined) return this.#withoutReading(writes);
    if (!isSameCpuLimit(after, fromKernelValues(wanted))) {
      const text = "another hand wrote the limit at the same moment";
      return { kind: "refused", refusal: { code: "io", text }, limit: after, writes };
    }
    return { kind: "applied", limit: after, writes };
  }

  #withoutReading(writes = 0): CpuWriteOutcome {
    const failure = unreadable(!this.#owner.isStillTheSame());
    return failure.kind === "gone" ? failure : { ...failure, limit: undefined, writes };
  }

  #writeSteps(steps: readonly CpuStep[]): StepsOutcome {
    for (const [writes, { field, value }] of steps.entries()) {
      try {
        this.#files[field].write(String(value));
      } catch (error) {
        return { writes, failure: this.#failureOf(errnoOf(error), { field, value }) };
      }
    }
    return { writes: steps.length, failure: undefined };
  }

  /**
   * A limit is one value: it is written whole or not at all. Without this, a change of the period
   * whose new quota is refused would leave the group without any quota. The number of writes made.
   */
  #takeBack(before: CpuKernelValues): number {
    const now = this.#readValues();
    return now === undefined ? 0 : this.#writeSteps(cpuLimitSteps(now, before)).writes;
  }

  #failureOf(errno: string, { field, value }: CpuStep): WriteFailure {
    // Kernels before 5.14 have no file for the burst: the group is not gone for that.
    const isGone = !this.#owner.isStillTheSame();
    const failure = writeFailureOf(errno, { file: cpuFiles[field], value: String(value), isGone });
    if (failure.kind === "gone" || failure.refusal.code !== "invalid" || field === "burstUs")
      return failure;
    // v1 answers EINVAL both to nonsense and to a limit that a parent or a child stands against.
    const text = `${failure.refusal.text}: a group above has less, or one below has more`;
    return { kind: "refused", refusal: { code: "hierarchy", text } };
  }

  /**
   * Burst first, as one left over breaks the tools of the container's owner; and the period without
   * a quota in force, whatever it is by then, or the kernel may refuse it for a parent's sake.
   */
  restoreSteps(limit: CpuLimit): readonly RestoreStep[] {
    const values = toKernelValues(limit);
    const step = (field: keyof CpuKernelValues, value = values[field]): RestoreStep => ({
      file: `${this.#folder}/${cpuFiles[field]}`,
      value: String(value),
    });
    const steps = [step("burstUs", 0), step("quotaUs", noQuota), step("periodUs")];
    if (values.quotaUs !== noQuota) steps.push(step("quotaUs"));
    steps.push(step("cpuShares"));
    if (values.burstUs !== 0) steps.push(step("burstUs"));
    return steps;
  }

  limitOfSteps(steps: readonly RestoreStep[]): CpuLimit | undefined {
    // The last step to a file is what stays in it.
    const leftIn = (field: keyof CpuKernelValues): number => {
      const file = `${this.#folder}/${cpuFiles[field]}`;
      return Number(steps.findLast((step) => step.file === file)?.value);
    };
    const values: CpuKernelValues = {
      quotaUs: leftIn("quotaUs"),
      burstUs: leftIn("burstUs"),
      periodUs: leftIn("periodUs"),
      cpuShares: leftIn("cpuShares"),
    };
    return Object.values(values).every(Number.isInteger) ? fromKernelValues(values) : undefined;
  }

  close(): void {
    for (const file of Object.values(this.#files)) file.close();
  }
}

interface StepsOutcome {
  readonly writes: number;
  readonly failure: WriteFailure | undefined;
}

function readInteger(file: GroupFile): number | undefined {
  const content = file.read();
  return content === undefined ? undefined : parseInteger(content.bytes, content.length);
}
