/* `npm run simulate -- COMMAND`: the production services and policies under virtual time. */
import { exitCodes, runProgram } from "./program.ts";

// Who reads us may stop reading: `… | head -1` is no failure.
process.stdout.on("error", (error) => {
  if ("code" in error && error.code === "EPIPE") process.exit(exitCodes.ok);
  throw error;
});

process.exitCode = await runProgram(process.argv.slice(2), {
  write: (text) => void process.stdout.write(text),
  note: (text) => void process.stderr.write(text),
});
