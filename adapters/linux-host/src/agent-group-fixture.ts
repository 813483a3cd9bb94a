import { execFileSync } from "node:child_process";

/**
 * Enters the group, starts a process that outlives it (as the watcher of the lease does), leaves,
 * and prints what it saw on the way: in a process of its own, as the group is the whole process's.
 */
const program = `
  import { spawn } from "node:child_process";
  import { existsSync, readFileSync } from "node:fs";
  import { AgentGroup } from "${new URL("./agent-group.ts", import.meta.url).href}";
  const { hierarchy, version, path } = JSON.parse(process.argv[1]);
  const cpuLine = version === 1 ? /^\\d+:(?:.*,)?cpu(?:,.*)?:(.*)$/m : /^0::(.*)$/m;
  const groupOf = (id) => cpuLine.exec(readFileSync("/proc/" + id + "/cgroup", "utf8"))?.[1];
  const warnings = [];
  const log = { info() {}, warn: (message) => warnings.push(message), error() {} };
  const before = groupOf("self");
  const group = AgentGroup.enter({ hierarchy, version, path, log });
  const inside = groupOf("self");
  const weightFile = hierarchy + path + (version === 1 ? "/cpu.shares" : "/cpu.weight");
  const weight = existsSync(weightFile) ? readFileSync(weightFile, "utf8").trim() : undefined;
  const watcher = spawn("sleep", ["600"], { detached: true, stdio: "ignore" });
  const watcherInside = groupOf(watcher.pid);
  group?.leave();
  const seen = {
    before, inside, weight, watcherInside, warnings,
    after: groupOf("self"), watcherAfter: groupOf(watcher.pid),
    isRemoved: !existsSync(hierarchy + path),
  };
  watcher.kill("SIGKILL");
  process.stdout.write(JSON.stringify(seen));
`;

export interface Seen {
  readonly before: string;
  readonly inside: string;
  readonly weight?: string;
  readonly watcherInside: string;
  readonly after: string;
  readonly watcherAfter: string;
  readonly isRemoved: boolean;
  readonly warnings: readonly string[];
}

/** What is seen where everything goes well: in with top weight, out again, and nothing left. */
export const seenOnRoundTrip = (expected: {
  readonly path: string;
  readonly weight: string;
  readonly start: string;
}): Seen => ({
  before: expected.start,
  inside: expected.path,
  weight: expected.weight,
  watcherInside: expected.path,
  after: expected.start,
  watcherAfter: expected.start,
  isRemoved: true,
  warnings: [],
});

export interface WhereToGo {
  readonly hierarchy: string;
  readonly version: 1 | 2;
  readonly path: string;
}

/** What an agent sees that starts where this process is, or in the group of that folder. */
export function seenOf(where: WhereToGo, startFolder?: string): Seen {
  const words = [process.execPath, "--input-type=module", "--eval", program, JSON.stringify(where)];
  const enter = startFolder === undefined ? "" : `echo $$ >'${startFolder}/cgroup.procs' && `;
  const answer = execFileSync("sh", ["-c", `${enter}exec "$@"`, "sh", ...words], {
    encoding: "utf8",
  });
  return JSON.parse(answer);
}
