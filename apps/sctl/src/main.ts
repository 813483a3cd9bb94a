import { printable } from "./output/printable.ts";
import { processTerminal } from "./process-terminal.ts";
import { createProgram, runProgram } from "./program.ts";
import { exitCodes, reportError } from "./report-error.ts";

// Who reads us may stop reading: `sctl ls | head -1` is no failure.
process.stdout.on("error", (error) => {
  if ("code" in error && error.code === "EPIPE") process.exit(exitCodes.ok);
  throw error;
});

try {
  await runProgram(createProgram(processTerminal()), process.argv.slice(2));
  process.exit(exitCodes.ok);
} catch (error) {
  const { exitCode, text } = reportError(error);
  process.stderr.write(`${printable(text)}\n`);
  process.exit(exitCode);
}
