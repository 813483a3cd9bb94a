/*
 * `npm run soak -- --minutes N`: the real server on real groups for so long, under churn, load and
 * disturbance, while an observer of its own holds everything it does against what must always be true.
 */
import { printJson, printTable } from "../report.ts";
import { Soak } from "./soak.ts";
import { type SoakOptions, soakOptionsOf, usage } from "./soak-options.ts";

const soak = {
  name: "soak",
  about:
    "rssGrowthPercent: resident memory of the server from minute 10, or half of a shorter run, to the end; " +
    "median slope between windows of medians. brokenInvariants: findings, each said above when it was made. " +
    "leaked: descriptors, watches, threads, timers and handles held more at the last rest than at the first, " +
    "and what was left after the end. Brakes are loosened, and only they.",
  bounds: { rssGrowthPercent: 5, brokenInvariants: 0, leaked: 0 },
};

const options = optionsOrEnd();
const interrupted = new AbortController();
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
  process.once(signal, () => interrupted.abort(new Error(`ended by ${signal}`)));
}
process.exitCode = await run(options);

function optionsOrEnd(): SoakOptions {
  try {
    return soakOptionsOf(process.argv.slice(2));
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : String(error)}\n${usage}`);
    process.exit(2);
  }
}

/** The exit status: whether it ran, not whether a bound holds. */
async function run(chosen: SoakOptions): Promise<number> {
  await using running = new Soak(chosen, interrupted.signal);
  try {
    const { figures, leaks } = await running.run();
    for (const leak of leaks) console.error(`leaked  ${leak}`);
    printTable(soak, { figures });
    if (chosen.isJson) printJson(soak, { figures });
    return 0;
  } catch (error) {
    if (!interrupted.signal.aborted) throw error;
    console.error("interrupted: everything is cleaned up");
    return 130;
  }
}
