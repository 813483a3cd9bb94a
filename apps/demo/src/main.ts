import { availableParallelism } from "node:os";
import { performance } from "node:perf_hooks";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { VirtualClock } from "@sc/simulation";
import type { DemoResult } from "./arm-row.ts";
import { Cleanup } from "./cleanup.ts";
import { whyNoCgroups } from "./containers/hierarchies.ts";
import { makeLiveDisplay, type Output } from "./live-display.ts";
import { runReal } from "./real.ts";
import { demoBrakes } from "./server-process.ts";
import { runSimulated } from "./simulated.ts";
import { formatMeaning, formatTable } from "./table.ts";

const help = `Usage: npm run demo -- [--json]

Runs the same work twice in two containers, first under fixed limits, then in auto, and shows both
runs side by side. It makes its own containers and its own server, touches nothing else and removes
all it made, also on Ctrl-C. Where it cannot make containers (not root, not Linux) it does the same
on a simulated host.

  --json   Progress on stderr; the last line of stdout is one JSON object.
  --help   This text.
`;

const { values } = parseArgs({
  options: { json: { type: "boolean", default: false }, help: { type: "boolean", default: false } },
});

/** 40 % of the machine for each of the two, so that both fit with the reserve; a thread fills it. */
const maxSharesOf = (cores: number): number => Math.min(80, Math.round(cores * 40));

async function runDemo(cleanup: Cleanup, signal: AbortSignal): Promise<DemoResult> {
  // Lines, not a picture, when the output is for a program.
  const output: Output = values.json
    ? { write: (text: string) => process.stderr.write(text) }
    : process.stdout;
  const whySimulated = whyNoCgroups();
  if (whySimulated !== undefined) {
    const clock = new VirtualClock();
    const display = makeLiveDisplay(output, () => clock.monotonic());
    display.say(`No containers can be made here (${whySimulated}): the host is simulated.`);
    // On a terminal ten times as fast as life, so that there is something to see.
    const pace = (): Promise<void> => sleep(output.isTTY === true ? 50 : 0);
    const cores = 2;
    return runSimulated({ clock, cores, display, maxShares: maxSharesOf(cores), pace, signal });
  }
  const display = makeLiveDisplay(output, () => performance.now() / 1000);
  display.say(
    `A shrink comes here after ${demoBrakes.learningSeconds} s of learning and without brakes; ` +
      "a server waits 5 minutes and shrinks slowly.",
  );
  return runReal({ cleanup, display, signal, maxShares: maxSharesOf(availableParallelism()) });
}

async function main(): Promise<number> {
  if (values.help) {
    process.stdout.write(help);
    return 0;
  }
  const cleanup = new Cleanup();
  const abort = abortOnSignals();
  const exitCode = await runAndReport(cleanup, abort.signal);
  const failures = await cleanup.run();
  for (const failure of failures) process.stderr.write(`Could not be removed: ${failure}\n`);
  return failures.length > 0 ? 1 : exitCode;
}

async function runAndReport(cleanup: Cleanup, signal: AbortSignal): Promise<number> {
  try {
    const result = await runDemo(cleanup, signal);
    const table = `\n${formatTable(result.rows)}\n\n${formatMeaning(result.rows)}\n`;
    (values.json ? process.stderr : process.stdout).write(table);
    if (values.json) process.stdout.write(`${JSON.stringify(result)}\n`);
    return 0;
  } catch (error) {
    const why = signal.aborted ? signal.reason : error;
    process.stderr.write(`The demo did not come to its end: ${textOf(why)}\n`);
    return signal.aborted ? 130 : 1;
  }
}

/** However the demo is ended, what it made is removed first. */
function abortOnSignals(): AbortController {
  const abort = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.on(signal, () => abort.abort(new Error(`ended by ${signal}`)));
  }
  for (const output of [process.stdout, process.stderr]) {
    output.on("error", () => abort.abort(new Error("nobody reads its output any more")));
  }
  process.on("uncaughtException", (error) => abort.abort(error));
  return abort;
}

const textOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

process.exit(await main());
