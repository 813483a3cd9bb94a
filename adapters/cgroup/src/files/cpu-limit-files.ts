import { type CpuLimit, isSameCpuLimit } from "@sc/domain";
import type { CpuWriteOutcome, RestoreStep, WriteRefusal } from "@sc/ports";
import type { CpuBandwidth } from "./cpu-bandwidth.ts";
import { type FileOwner, GroupFile } from "./group-file.ts";
import { parseNumbers } from "./parse-numbers.ts";
import { errnoOf, type WriteFailure, writeFailureOf } from "./write-refusal.ts";

export interface FileStep {
  /** Its name in the group's folder. */
  readonly file: string;
  readonly value: string;
}

/** How one version of cgroup keeps a cpu limit in its files. */
export interface CpuLimitFormat<Values> {
  readonly fileNames: readonly string[];
  /** Kernels before 5.14 do not have it: the same as a burst of 0. */
  readonly burstFile: string;
  /** `undefined` when a file that must be there has no numbers. */
  parse(numbersOf: (file: string) => readonly number[] | undefined): Values | undefined;
  /** `before`: what the group has, where the kernel keeps to it whatever is written. */
  toValues(limit: CpuLimit, before?: Values): Values;
  toLimit(values: Values): CpuLimit;
  /** Only what differs, in the order the kernel takes. */
  steps(from: Values, to: Values): readonly FileStep[];
  /** To get to a limit from any other, the burst left out. */
  restoreSteps(to: Values): readonly FileStep[];
  /** What EINVAL means, where it is not about the burst. */
  explainInvalid(text: string): WriteRefusal;
}

/** The files that make up one cpu limit. */
export class CpuLimitFiles<Values extends CpuBandwidth> {
  readonly folder: string;
  readonly #format: CpuLimitFormat<Values>;
  readonly #files: ReadonlyMap<string, GroupFile>;
  readonly #owner: FileOwner;
  readonly #whyUnreadable: () => WriteFailure;

  constructor(
    folder: string,
    deps: {
      readonly owner: FileOwner;
      readonly format: CpuLimitFormat<Values>;
      /** Asked where a limit is to be written and none can be read. */
      readonly whyUnreadable: () => WriteFailure;
    },
  ) {
    this.folder = folder;
    this.#owner = deps.owner;
    this.#format = deps.format;
    this.#whyUnreadable = deps.whyUnreadable;
    this.#files = new Map(
      deps.format.fileNames.map((name) => [name, new GroupFile(`${folder}/${name}`, deps.owner)]),
    );
  }

  get fileNames(): readonly string[] {
    return this.#format.fileNames;
  }

  read(): CpuLimit | undefined {
    const values = this.#readValues();
    return values === undefined ? undefined : this.#format.toLimit(values);
  }

  #readValues(): Values | undefined {
    return this.#parse((name) => this.#numbersOf(name));
  }

  #parse(numbersOf: (name: string) => readonly number[] | undefined): Values | undefined {
    const values = this.#format.parse(numbersOf);
    // A quota in no time is no limit one can count with, and no kernel's.
    return values === undefined || values.periodUs <= 0 ? undefined : values;
  }

  #numbersOf(name: string): readonly number[] | undefined {
    const content = this.#files.get(name)?.read();
    return content === undefined ? undefined : parseNumbers(content.bytes, content.length);
  }

  write(limit: CpuLimit): CpuWriteOutcome {
    const before = this.#readValues();
    if (before === undefined) return this.#withoutReading();
    const wanted = this.#format.toValues(this.#possible(limit), before);
    const steps = this.#format.steps(before, wanted);
    if (steps.length === 0) return { kind: "unchanged", limit: this.#format.toLimit(before) };
    const { failure, writes } = this.#writeSteps(steps);
    if (failure?.kind === "gone") return failure;
    if (failure !== undefined) {
      const undone = writes === 0 ? 0 : this.#takeBack(before);
      return { ...failure, limit: this.read(), writes: writes + undone };
    }
    const after = this.read();
    if (after === undefined) return this.#withoutReading(writes);
    if (!isSameCpuLimit(after, this.#format.toLimit(wanted))) {
      const text = "another hand wrote the limit at the same moment";
      return { kind: "refused", refusal: { code: "io", text }, limit: after, writes };
    }
    return { kind: "applied", limit: after, writes };
  }

  /** Kernels before 5.14 carry nothing over: they get the rest of the limit, and say so. */
  #possible(limit: CpuLimit): CpuLimit {
    const hasBurst = this.#numbersOf(this.#format.burstFile) !== undefined;
    return hasBurst || limit.burstShares === 0 ? limit : { ...limit, burstShares: 0 };
  }

  #withoutReading(writes = 0): CpuWriteOutcome {
    const failure = this.#whyUnreadable();
    return failure.kind === "gone" ? failure : { ...failure, limit: undefined, writes };
  }

  #writeSteps(steps: readonly FileStep[]): StepsOutcome {
    for (const [writes, step] of steps.entries()) {
      try {
        this.#files.get(step.file)?.write(step.value);
      } catch (error) {
        return { writes, failure: this.#failureOf(errnoOf(error), step) };
      }
    }
    return { writes: steps.length, failure: undefined };
  }

  /**
   * A limit is one value: it is written whole or not at all. Without this, a change of the period
   * whose new quota is refused would leave the group without any quota. The number of writes made.
   */
  #takeBack(before: Values): number {
    const now = this.#readValues();
    return now === undefined ? 0 : this.#writeSteps(this.#format.steps(now, before)).writes;
  }

  #failureOf(errno: string, { file, value }: FileStep): WriteFailure {
    // Kernels before 5.14 have no file for the burst: the group is not gone for that.
    const isGone = !this.#owner.isStillTheSame();
    const failure = writeFailureOf(errno, { file, value, isGone });
    if (failure.kind === "gone" || failure.refusal.code !== "invalid") return failure;
    if (file === this.#format.burstFile) return failure;
    return { kind: "refused", refusal: this.#format.explainInvalid(failure.refusal.text) };
  }

  /**
   * Burst first, as one left over breaks the tools of the container's owner. A kernel without bursts
   * has no file for it, and a step that cannot be made would never count as put back.
   */
  restoreSteps(limit: CpuLimit): readonly RestoreStep[] {
    const { burstFile } = this.#format;
    const values = this.#format.toValues(limit);
    const steps = [...this.#format.restoreSteps(values)];
    if (this.#numbersOf(burstFile) !== undefined) {
      steps.unshift({ file: burstFile, value: "0" });
      if (values.burstUs !== 0) steps.push({ file: burstFile, value: String(values.burstUs) });
    }
    return steps.map(({ file, value }) => ({ file: `${this.folder}/${file}`, value }));
  }

  limitOfSteps(steps: readonly RestoreStep[]): CpuLimit | undefined {
    const values = this.#parse((name) => {
      // The last step to a file is what stays in it.
      const step = steps.findLast(({ file }) => file === `${this.folder}/${name}`);
      if (step === undefined) return undefined;
      const bytes = Buffer.from(step.value);
      return parseNumbers(bytes, bytes.length);
    });
    return values === undefined ? undefined : this.#format.toLimit(values);
  }

  close(): void {
    for (const file of this.#files.values()) file.close();
  }
}

interface StepsOutcome {
  readonly writes: number;
  readonly failure: WriteFailure | undefined;
}
