import { noQuota } from "../files/cpu-bandwidth.ts";
import type { CpuLimitFormat, FileStep } from "../files/cpu-limit-files.ts";
import {
  type CpuKernelValues,
  type CpuStep,
  cpuFiles,
  cpuLimitSteps,
  fromKernelValues,
  toKernelValues,
} from "./cpu-limit-steps.ts";

const toFileStep = ({ field, value }: CpuStep): FileStep => ({
  file: cpuFiles[field],
  value: String(value),
});

/** A cpu limit of v1: four files of one number each. */
export const cpuLimitFormat: CpuLimitFormat<CpuKernelValues> = {
  fileNames: Object.values(cpuFiles),
  burstFile: cpuFiles.burstUs,
  parse: (numbersOf) => {
    const [quotaUs] = numbersOf(cpuFiles.quotaUs) ?? [];
    const [periodUs] = numbersOf(cpuFiles.periodUs) ?? [];
    const [cpuShares] = numbersOf(cpuFiles.cpuShares) ?? [];
    const [burstUs = 0] = numbersOf(cpuFiles.burstUs) ?? [];
    if (quotaUs === undefined || periodUs === undefined || cpuShares === undefined)
      return undefined;
    return { quotaUs, periodUs, cpuShares, burstUs };
  },
  toValues: toKernelValues,
  toLimit: fromKernelValues,
  steps: (from, to) => cpuLimitSteps(from, to).map(toFileStep),
  // The period without a quota in force, whatever it is by then, or the kernel may refuse it for a
  // parent's sake.
  restoreSteps: (values) => {
    const step = (field: keyof CpuKernelValues): FileStep =>
      toFileStep({ field, value: values[field] });
    const withoutQuota = toFileStep({ field: "quotaUs", value: noQuota });
    const steps = [withoutQuota, step("periodUs")];
    if (values.quotaUs !== noQuota) steps.push(step("quotaUs"));
    return [...steps, step("cpuShares")];
  },
  // v1 answers EINVAL both to nonsense and to a limit that a parent or a child stands against.
  explainInvalid: (text) => ({
    code: "hierarchy",
    text: `${text}: a group above has less, or one below has more`,
  }),
};
