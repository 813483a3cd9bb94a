import type { CpuLimit } from "@sc/domain";
import { isSameCpuLimit } from "@sc/domain";
import type { CpuWriteOutcome, RestoreStep, WriteRefusal } from "@sc/ports";
import type { DescriptorPool } from "../files/descriptor-pool.ts";
import { GroupFile } from "../files/group-file.ts";
import { parseInteger } from "../files/parse-numbers.ts";
import { errnoOf, writeFailureOf } from "../files/write-refusal.ts";
import {
  type CpuKernelValues,
  type CpuStep,
  cpuFiles,
  cpuLimitSteps,
  fromKernelValues,
  toKernelValues,
} from "./cpu-limit-steps.ts";

/** The four files that make up one cpu limit. */
export class CpuLimitFiles {
  readonly #files: Readonly<Record<keyof CpuKernelValues, GroupFile>>;
  readonly #folder: string;
  readonly #isStillTheSame: () => boolean;

  constructor(options: {
    readonly folder: string;
    readonly pool: DescriptorPool;
    readonly isStillTheSame: () => boolean;
  }) {
    const file = (name: string): GroupFile =>
      new GroupFile(`${options.folder}/${name}`, options.pool);
    this.#folder = options.folder;
    this.#isStillTheSame = options.isStillTheSame;
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
    // Kernels before 5.14 have no burst: the same as a burst of 0.
    return { quotaUs, periodUs, cpuShares, burstUs: readInteger(this.#files.burstUs) ?? 0 };
  }

  write(limit: CpuLimit): CpuWriteOutcome {
    const before = this.#readValues();
    if (before === undefined) return { kind: "gone" };
    const steps = cpuLimitSteps(before, toKernelValues(limit));
    if (steps.length === 0) return { kind: "unchanged", limit: fromKernelValues(before) };
    const failure = this.#writeSteps(steps);
    if (failure?.kind === "gone") return failure;
    const after = this.read();
    if (failure !== undefined) {
      return { kind: "refused", refusal: failure.refusal, limit: after, writes: failure.writes };
    }
    if (after === undefined) return { kind: "gone" };
    if (!isSameCpuLimit(after, fromKernelValues(toKernelValues(limit)))) {
      const text = "another hand wrote the limit at the same moment";
      return { kind: "refused", refusal: { code: "io", text }, limit: after, writes: steps.length };
    }
    return { kind: "applied", limit: after, writes: steps.length };
  }

  #writeSteps(
    steps: readonly CpuStep[],
  ):
    | { readonly kind: "gone" }
    | { readonly kind: "refused"; readonly refusal: WriteRefusal; readonly writes: number }
    | undefined {
    for (const [index, { field, value }] of steps.entries()) {
      try {
        this.#files[field].write(String(value), this.#isStillTheSame);
      } catch (error) {
        const failure = writeFailureOf(errnoOf(error), {
          file: cpuFiles[field],
          value: String(value),
        });
        if (failure.kind === "gone") return failure;
        return { ...failure, refusal: this.#explain(failure.refusal, field), writes: index };
      }
    }
    return undefined;
  }

  /** v1 answers EINVAL both to nonsense and to a limit that a parent or a child stands against. */
  #explain(refusal: WriteRefusal, field: keyof CpuKernelValues): WriteRefusal {
    if (refusal.code !== "invalid" || field === "burstUs") return refusal;
    return {
      code: "hierarchy",
      text: `${refusal.text}: a group above has less, or one below has more`,
    };
  }

  /** Burst before quota, as a burst left over breaks the tools of the container's owner. */
  restoreSteps(limit: CpuLimit): readonly RestoreStep[] {
    const values = toKernelValues(limit);
    const step = (field: keyof CpuKernelValues, value = values[field]): RestoreStep => ({
      file: `${this.#folder}/${cpuFiles[field]}`,
      value: String(value),
    });
    const steps = [step("burstUs", 0), step("periodUs"), step("quotaUs"), step("cpuShares")];
    return values.burstUs === 0 ? steps : [...steps, step("burstUs")];
  }

  limitOfSteps(steps: readonly RestoreStep[]): CpuLimit | undefined {
    // The last step to a file is what stays in it.
    const valueOf = (field: keyof CpuKernelValues): number => {
      const file = `${this.#folder}/${cpuFiles[field]}`;
      return Number(steps.findLast((step) => step.file === file)?.value);
    };
    const values: CpuKernelValues = {
      quotaUs: valueOf("quotaUs"),
      burstUs: valueOf("burstUs"),
      periodUs: valueOf("periodUs"),
      cpuShares: valueOf("cpuShares"),
    };
    return Object.values(values).every(Number.isInteger) ? fromKernelValues(values) : undefined;
  }

  close(): void {
    for (const file of Object.values(this.#files)) file.close();
  }
}

function readInteger(file: GroupFile): number | undefined {
  const content = file.read();
  return content === undefined ? undefined : parseInteger(content.bytes, content.length);
}
