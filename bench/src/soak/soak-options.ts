import { parseArgs } from "node:util";

/** What a run is told on the command line. */
export interface SoakOptions {
  /** From the first container to the last sample. */
  readonly minutes: number;
  readonly containers: number;
  /** So many of them are in auto: all with cpu, some with memory too. */
  readonly auto: number;
  /** Containers removed or restarted a minute. */
  readonly churn: number;
  /** Of everything that happens by chance. */
  readonly seed: number;
  readonly isJson: boolean;
  /** A fault that is made on purpose, so that a test sees it reported. */
  readonly plant: Plant | undefined;
}

export const plants = ["leak", "invariant"] as const;
export type Plant = (typeof plants)[number];

export const usage =
  "usage: npm run soak -- [--minutes N] [--containers N] [--auto N] [--churn N a minute] [--seed N] [--json]";

/** Throws, with a sentence, what cannot be run. */
export function soakOptionsOf(words: readonly string[]): SoakOptions {
  const { values } = parseArgs({
    args: [...words],
    options: {
      minutes: { type: "string", default: "2" },
      containers: { type: "string", default: "200" },
      auto: { type: "string", default: "50" },
      churn: { type: "string", default: "20" },
      seed: { type: "string", default: "1" },
      json: { type: "boolean", default: false },
      plant: { type: "string" },
    },
  });
  const options = {
    minutes: numberOf("minutes", values.minutes, 0.5),
    containers: numberOf("containers", values.containers, 4),
    auto: numberOf("auto", values.auto, 2),
    churn: numberOf("churn", values.churn, 0),
    seed: numberOf("seed", values.seed, 0),
    isJson: values.json,
    plant: plants.find((plant) => plant === values.plant),
  };
  if (options.auto >= options.containers) throw new Error("--auto must be less than --containers");
  if (values.plant !== options.plant) throw new Error(`--plant is one of ${plants.join(", ")}`);
  return options;
}

function numberOf(name: string, text: string, least: number): number {
  const value = Number(text);
  if (text === "" || !Number.isFinite(value) || value < least) {
    throw new Error(`--${name} is a number of at least ${least}`);
  }
  return value;
}
