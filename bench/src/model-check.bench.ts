import type { Benchmark, BenchmarkRow } from "./benchmark.ts";
import { checkedCases } from "./model-check/cases.ts";
import { KernelBed } from "./model-check/kernel-bed.ts";
import { type CheckedCase, measureCase } from "./model-check/measure-case.ts";
import { ModelBed } from "./model-check/model-bed.ts";
import type { TestBed } from "./model-check/test-bed.ts";

/** Where a load meets the periods is chance on the kernel: the model is tried at so many places. */
const modelRuns = 16;

/** The simulated kernel beside the one that runs here, on the same limits, writes and loads. */
export const benchmark: Benchmark = {
  name: "model-check",
  about:
    "Each case in groups of this machine's kernel and in the model of the simulator. kernel: median of the " +
    `runs, model: mean of ${modelRuns} that begin elsewhere in the period; kernelSpread: from the least to ` +
    "the most of the runs. delay: what a job took longer than its work. Whatever else runs here delays " +
    "the kernel's and not the model's.",
  bounds: {},
  // Cases whose name holds this word.
  options: ["only"],
  async run({ isQuick, values: { only = "" } }) {
    const kernel = new KernelBed();
    const rows: BenchmarkRow[] = [];
    try {
      for (const checked of checkedCases(isQuick).filter(({ what }) => what.includes(only))) {
        const real = await figuresOf(checked, isQuick ? 1 : 3, () => kernel);
        const model = await figuresOf(checked, modelRuns, modelBedOf);
        rows.push(...rowsOf(checked, real, model));
      }
    } finally {
      await kernel.close();
    }
    return { rows };
  },
};

/** Spread over the second that the longest period lasts, and never twice alike. */
const modelBedOf = (run: number): ModelBed => new ModelBed(((run * 0.618_034) % 1) + 0.000_3);

type Figures = Readonly<Record<string, number>>;

async function figuresOf(
  checked: CheckedCase,
  runs: number,
  bedOf: (run: number) => TestBed,
): Promise<readonly Figures[]> {
  const figures: Figures[] = [];
  for (let run = 0; run < runs; run += 1) {
    figures.push(checked.figures(await measureCase(bedOf(run), checked)));
  }
  return figures;
}

const rowsOf = (
  { what }: CheckedCase,
  real: readonly Figures[],
  model: readonly Figures[],
): readonly BenchmarkRow[] =>
  Object.keys(real[0] ?? {}).map((figure) => {
    const measured = real.map((each) => each[figure] ?? Number.NaN).toSorted((a, b) => a - b);
    const kernel = measured[Math.floor(measured.length / 2)] ?? Number.NaN;
    const ours = model.reduce((sum, each) => sum + (each[figure] ?? 0), 0) / model.length;
    const kernelSpread = (measured.at(-1) ?? 0) - (measured[0] ?? 0);
    return { what, figure, kernel, model: ours, difference: ours - kernel, kernelSpread };
  });
