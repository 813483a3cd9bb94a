/*
 * The server with a fault made on purpose: `PLANT=leak` loses descriptors, timers and memory;
 * `PLANT=invariant` writes limits of what is only observed, and one that is there already.
 */
import { openSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { runServer } from "@sc/server";

const bytesPerMib = 1_048_576;
const { PLANT = "", PLANT_ROOT = "" } = process.env;
const { values } = parseArgs({ options: { config: { type: "string" } } });
const kept: Buffer[] = [];

function lose(): void {
  openSync("/dev/null", "r");
  kept.push(Buffer.alloc(bytesPerMib, 1));
  setTimeout(() => kept.length, 3_600_000);
}

/** Of every container in turn: of most nothing may be written, of the others only what changes. */
function writeAgain(): void {
  const root = `/sys/fs/cgroup/cpu${PLANT_ROOT}`;
  const names = readdirSync(root, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  const name = names[Math.floor(performance.now()) % names.length]?.name;
  const file = `${root}/${name}/cpu.cfs_quota_us`;
  writeFileSync(file, readFileSync(file, "utf8").trim(), { flag: "r+" });
}

setInterval(PLANT === "leak" ? lose : writeAgain, 1000);
await runServer(values.config === undefined ? {} : { configPath: values.config });
process.exit(0);
