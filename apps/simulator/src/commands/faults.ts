import type { SimulatorCommand } from "../command.ts";
import { UsageError } from "../errors.ts";
import { readOptions, wholeNumber } from "../options.ts";

const usage = `usage: npm run simulate -- faults [--seeds N] [--first-seed S] [--json]

  --seeds N        so many clusters (100)
  --first-seed S   the seed of the first; each further one is 1 higher (1)
  --json           last, one line of JSON`;

export const command: SimulatorCommand = {
  usage,
  run: async (words) => {
    const given = readOptions(words, {
      seeds: { type: "string", default: "100" },
      "first-seed": { type: "string", default: "1" },
      json: { type: "boolean", default: false },
    });
    wholeNumber("seeds", given.seeds, { least: 1 });
    wholeNumber("first-seed", given["first-seed"], { least: 0 });
    throw new UsageError("faults is not part of this version");
  },
};
