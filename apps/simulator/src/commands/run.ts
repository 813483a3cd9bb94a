import type { SimulatorCommand } from "../command.ts";
import { UsageError } from "../errors.ts";
import { readOptions } from "../options.ts";

export const command: SimulatorCommand = {
  usage: "usage: npm run simulate -- run [--json]",
  run: async (words) => {
    readOptions(words, { json: { type: "boolean" } });
    throw new UsageError("run is not part of this version");
  },
};
