import { parseArgs } from "node:util";
import { runServer } from "./run-server.ts";

const { values } = parseArgs({ options: { config: { type: "string" } } });
try {
  await runServer(values.config === undefined ? {} : { configPath: values.config });
  process.exit(0);
} catch (error) {
  const code = error instanceof Error && "code" in error ? `${String(error.code)}: ` : "";
  process.stderr.write(`${code}${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
}
