import {
  appendFileSync,
  chownSync,
  globSync,
  mkdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { outputOf } from "./ended.ts";
import type { LoadGroup } from "./load-group.ts";
import { type Phase, phasesOf } from "./schedule.ts";
import { startServing } from "./serving.ts";
import type { Done, Load, Stage, Workload } from "./workload.ts";

const programs = "/usr/lib/postgresql/15/bin";
const uid = 70;
const scale = 2;
/** More than ever wait at once at this load, and each a process of PostgreSQL. */
const clients = 8;
/** The most transactions that are due a second: some 0.9 cores. */
const highPerSecond = 270;

/** One account changes, and a report is made of its neighbours: some 3 ms of work. */
const transaction = `
\\set account random(1, ${scale * 100_000 - 10_000})
BEGIN;
UPDATE pgbench_accounts SET abalance = abalance + 1 WHERE aid = :account;
SELECT bid, sum(abalance), avg(abalance), max(aid) FROM pgbench_accounts
  WHERE aid BETWEEN :account AND :account + 8000 GROUP BY bid;
END;
`;

/**
 * `pgbench --rate` counts latency from the time a transaction was due. Its rate does not change, so one
 * asks for the least all the time, and others come for what a phase asks for beyond that.
 */
export const postgres: Workload = {
  name: "postgres",
  about: "PostgreSQL 15 under pgbench --rate, which reaches it through its unix socket",
  binds: ["/usr/share/postgresql", "/usr/share/zoneinfo"],
  needs: [`${programs}/postgres`, `${programs}/pgbench`],

  async prepare({ container, group }, signal) {
    const folder = folderOf({ container });
    mkdirSync(folder);
    chownSync(folder, uid, uid);
    appendFileSync(join(container.root, "etc/passwd"), `postgres:x:${uid}:${uid}::/srv:/bin/sh\n`);
    const initdb = `${programs}/initdb -D /srv/data -A trust -U postgres --locale=C --no-sync`;
    await outputOf(container.attach(["sh", "-c", initdb], uid), signal);
    const settings =
      "-c listen_addresses= -c unix_socket_directories=/srv -c synchronous_commit=off";
    const isReady = (): Promise<boolean> =>
      group.run(`pg_isready -q -h ${folder}`, signal).then(
        () => true,
        () => false,
      );
    const command = `${programs}/postgres -D /srv/data ${settings}`;
    await startServing({ container, command, uid, isReady, signal });
    await group.run(`${pgbench(folder)} -i -s ${scale} -q postgres`, signal);
    writeFileSync(join(group.folder, "transaction.sql"), transaction);
  },

  async run({ container, group }, load) {
    const folder = folderOf({ container });
    // What was put off in the run before is done now.
    const tidy = `psql -h ${folder} -U postgres -q -c VACUUM -c CHECKPOINT postgres`;
    await group.run(tidy, load.signal);
    const begin = delay(load.warmUpSeconds * 1000, undefined, { signal: load.signal });
    await Promise.all([begin.then(load.begin), ...askInPhases({ folder, group, load })]);
    return takeLogs(group);
  },
};

const folderOf = ({ container }: Pick<Stage, "container">): string => join(container.root, "srv");

const pgbench = (folder: string): string => `${programs}/pgbench -h ${folder} -U postgres`;

function askInPhases(deps: {
  readonly folder: string;
  readonly group: LoadGroup;
  readonly load: Load;
}): readonly Promise<void>[] {
  const { folder, group, load } = deps;
  const ask = ({ seconds, perSecond }: Phase, index: number): Promise<void> => {
    // A count and not a time: at a time's end it would drop what waits.
    const each = Math.max(1, Math.round((seconds * perSecond) / clients));
    const count = `--client ${clients} --transactions ${each} --rate ${perSecond}`;
    const script = `--no-vacuum --file '${join(group.folder, "transaction.sql")}'`;
    const log = `--log --log-prefix '${join(group.folder, "transactions")}'`;
    const seed = `--random-seed ${load.seed * 10 + index}`;
    return group.run(`${pgbench(folder)} ${count} ${script} ${log} ${seed} postgres`, load.signal);
  };
  const phases = phasesOf(load, highPerSecond);
  const least = Math.min(...phases.map(({ perSecond }) => perSecond));
  let beginMs = 0;
  const more = phases.map(async ({ seconds, perSecond }, index) => {
    const waitMs = beginMs;
    beginMs += seconds * 1000;
    await delay(waitMs, undefined, { signal: load.signal });
    if (perSecond > least) await ask({ seconds, perSecond: perSecond - least }, index + 1);
  });
  return [ask({ seconds: load.warmUpSeconds + load.seconds, perSecond: least }, 0), ...more];
}

/** A line a transaction: client, number, µs since it was due, script, end in s and µs, µs of lag. */
function takeLogs(group: LoadGroup): readonly Done[] {
  return globSync(join(group.folder, "transactions.*")).flatMap((file) => {
    const lines = readFileSync(file, "utf8").trim().split("\n");
    rmSync(file);
    return lines.map((line) => {
      const [, , tookUs, , seconds, us] = line.split(" ").map(Number);
      const endMs = (seconds ?? Number.NaN) * 1000 + (us ?? Number.NaN) / 1000;
      return { dueMs: endMs - (tookUs ?? Number.NaN) / 1000, endMs };
    });
  });
}
