import { test } from "node:test";
import fc from "fast-check";

/*
 * What is fuzzed is defined once, in a file `x.fuzz.ts` beside the code: which inputs there are, and
 * what must hold for each. `x.fuzz.test.ts` tries some with every `npm test`; `npm run fuzz` tries many,
 * in a process that another one watches.
 */
export interface FuzzTarget {
  readonly name: string;
  open(): Promise<OpenFuzzTarget>;
}

export interface OpenFuzzTarget {
  run(options: FuzzRunOptions): Promise<FuzzOutcome>;
  close(): Promise<void>;
}

export interface FuzzRunOptions {
  /** One seed is one input. */
  readonly seed: number;
  /** Before each input that is tried, those of shrinking too; `skip` takes it for good untried. */
  readonly beforeInput?: () => "try" | "skip";
}

export type FuzzOutcome =
  | { readonly kind: "passed" }
  | {
      readonly kind: "failed";
      /** The smallest input found that fails, as source text. */
      readonly input: string;
      readonly error: unknown;
    };

/** What was asked was answered with a fault of the server: a status of 500 or more. */
export class ServerErrorAnswered extends Error {}

/** What checks one input after another; it throws when a promise is broken. */
export interface FuzzChecker<Input> {
  check(input: Input): void | Promise<void>;
  close(): Promise<void>;
}

/** A target that needs nothing but its input. */
export const fuzzTarget = <Input>(
  name: string,
  input: fc.Arbitrary<Input>,
  check: (input: Input) => void | Promise<void>,
): FuzzTarget => fuzzTargetIn(name, input, async () => ({ check, close: () => Promise.resolve() }));

/** A target that needs a world: folders, a server. */
export const fuzzTargetIn = <Input>(
  name: string,
  input: fc.Arbitrary<Input>,
  open: () => Promise<FuzzChecker<Input>>,
): FuzzTarget => ({
  name,
  open: async () => {
    const checker = await open();
    return {
      run: (options) => runOnce(input, checker, options),
      close: () => checker.close(),
    };
  },
});

async function runOnce<Input>(
  input: fc.Arbitrary<Input>,
  checker: FuzzChecker<Input>,
  { seed, beforeInput = () => "try" }: FuzzRunOptions,
): Promise<FuzzOutcome> {
  const property = fc.asyncProperty(input, async (value) => {
    if (beforeInput() === "try") await checker.check(value);
  });
  const details = await fc.check(property, { seed, numRuns: 1 });
  if (!details.failed) return { kind: "passed" };
  const [smallest] = details.counterexample ?? [];
  return { kind: "failed", input: fc.stringify(smallest), error: details.errorInstance };
}

/** Of run `index` of a series; the first is the series' own, so that one run can be had alone. */
export function seedOfRun(seed: number, index: number): number {
  if (index === 0) return seed;
  // Neighbours must differ in every bit: the generator behind begins alike from seeds that are alike.
  let mixed = Math.imul(seed ^ Math.imul(index, 0x9e37_79b1), 0x85eb_ca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2_ae35);
  // Without a sign, which a command line would take for an option.
  return (mixed ^ (mixed >>> 16)) & 0x7fff_ffff;
}

/** A test per target that tries a few inputs of a new seed, which is told when one fails. */
export function smokeTests(targets: readonly FuzzTarget[], runs = 100): void {
  for (const target of targets) {
    test(`${target.name} keeps what it promises of any input`, async () => {
      const seed = Date.now() & 0x7fff_ffff;
      const opened = await target.open();
      try {
        for (let index = 0; index < runs; index += 1) {
          const runSeed = seedOfRun(seed, index);
          const outcome = await opened.run({ seed: runSeed });
          if (outcome.kind === "failed") {
            const replay = `npm run fuzz -- --target ${target.name} --seed ${runSeed} --runs 1`;
            throw new Error(`${outcome.input} fails; again: ${replay}`, { cause: outcome.error });
          }
        }
      } finally {
        await opened.close();
      }
    });
  }
}
