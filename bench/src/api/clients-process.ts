/* The clients, away from the server: each with a connection that it keeps. */
import { setTimeout as delay } from "node:timers/promises";
import { seededRandom } from "../history-load.ts";
import { Connection } from "./connection.ts";
import { applicationName, applications, containerName, containers, host } from "./names.ts";

export interface ClientsTask {
  readonly port: number;
  readonly clients: number;
  /** How long each kind is asked for. */
  readonly seconds: number;
}

export interface MeasuredRequests {
  /** Milliseconds of each, where every client thinks before it asks again. */
  readonly tookMs: readonly number[];
  /** Answered in a second where none does. */
  readonly perSecond: number;
}

export type ClientsReport = Readonly<Record<"list" | "get" | "put", MeasuredRequests>>;

/** Between two requests of one client, on average: a page is looked at longer than a figure. */
const thinkMs = { list: 1000, get: 100, put: 100 } as const;
const seed = 1;

const agent = { host_rescaler_ip: host, host_rescaler_port: "8000" };
const band = { max: 100, min: 10, current: 50, guard: false };
const resources = { cpu: band, mem: { ...band, max: 512, min: 64, current: 128 } };
const margin = { boundary: 10, boundary_type: "percentage_of_max" };
const limits = { resources: { cpu: margin, mem: margin } };
const programs = {
  ...{ install_script: "", install_files: "", runtime_files: "", output_dir: "" },
  ...{ start_script: "", stop_script: "" },
};

async function declareAll(connection: Connection): Promise<void> {
  const put = (path: string, body?: unknown) =>
    connection.ask("PUT", path, body === undefined ? "" : JSON.stringify(body));
  const capacity = (max: number) => ({ max, free: max });
  await put(`/structure/host/${host}`, {
    ...{ ...agent, name: host, host, subtype: "host" },
    resources: { cpu: capacity(containers * 100), mem: capacity(containers * 512) },
  });
  for (let index = 0; index < containers; index += 1) {
    const name = containerName(index);
    const container = { ...agent, name, host, guard: false, subtype: "container", resources };
    await put(`/structure/container/${name}`, { container, limits });
  }
  for (let index = 0; index < applications; index += 1) {
    const name = applicationName(index);
    const app = { ...programs, name, guard: false, subtype: "application", resources };
    await put(`/structure/apps/${name}`, { app, limits });
  }
  for (let index = 0; index < containers; index += 1) {
    const application = applicationName(index % applications);
    await put(`/structure/container/${containerName(index)}/${application}`);
  }
}

type Ask = (connection: Connection, turn: number) => Promise<number>;

/** What all clients waited, each asking after `pauseMs`, until the time is over. */
async function measure(
  connections: readonly Connection[],
  ask: Ask,
  { seconds, pauseMs }: { readonly seconds: number; readonly pauseMs: () => number },
): Promise<readonly number[]> {
  const tookMs: number[] = [];
  const end = performance.now() + seconds * 1000;
  let turn = 0;
  await Promise.all(
    connections.map(async (connection) => {
      for (;;) {
        const pause = pauseMs();
        if (pause > 0) await delay(pause);
        if (performance.now() >= end) return;
        turn += 1;
        tookMs.push(await ask(connection, turn));
      }
    }),
  );
  return tookMs;
}

async function run({ port, clients, seconds }: ClientsTask): Promise<ClientsReport> {
  const first = await Connection.open(port);
  await declareAll(first);
  first.close();
  const connections = await Promise.all(
    Array.from({ length: clients }, () => Connection.open(port)),
  );
  const random = seededRandom(seed);
  const measured = async (kind: keyof typeof thinkMs, ask: Ask): Promise<MeasuredRequests> => {
    // What is loaded and compiled at the first calls is not what is asked about.
    await measure(connections, ask, { seconds: warmUpSeconds, pauseMs: () => 0 });
    // Bounded, as the server ends a connection that nobody uses for 5 s.
    const pauseMs = () => Math.min(3, -Math.log(1 - random())) * thinkMs[kind];
    const tookMs = await measure(connections, ask, { seconds, pauseMs });
    const saturatedSeconds = seconds / 4;
    const unpaused = { seconds: saturatedSeconds, pauseMs: () => 0 };
    const answered = await measure(connections, ask, unpaused);
    return { tookMs, perSecond: answered.length / saturatedSeconds };
  };
  const nameOf = (turn: number): string => containerName((turn * 7) % containers);
  const list = await measured("list", (connection) => connection.ask("GET", "/structure/"));
  const get = await measured("get", (connection, turn) =>
    connection.ask("GET", `/structure/${nameOf(turn)}`),
  );
  const put = await measured("put", (connection, turn) =>
    connection.ask(
      "PUT",
      `/structure/${nameOf(turn)}/resources/cpu/max`,
      JSON.stringify({ value: String(60 + (turn % 41)) }),
    ),
  );
  for (const connection of connections) connection.close();
  return { list, get, put };
}

const warmUpSeconds = 0.5;

process.once("message", (task: ClientsTask) => {
  void run(task).then((report) => process.send?.(report, () => process.exit(0)));
});
