import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { ClientsReport, ClientsTask, MeasuredRequests } from "./api/clients-process.ts";
import { applications, containers } from "./api/names.ts";
import type { Benchmark } from "./benchmark.ts";
import { percentile } from "./percentile.ts";

const clients = 50;

/** How long clients of the published routes wait. */
export const benchmark: Benchmark = {
  name: "api",
  about:
    `Milliseconds from a request to the last byte of its answer, p99, for ${clients} clients in another ` +
    `process, each with a connection of its own: ${containers} containers and ${applications} ` +
    "applications, subscribed over the published routes. A client thinks before it asks again, on " +
    "average for 1 s with a list and 100 ms else; PerSecond is what is answered when none does. A change " +
    "is stored before it is answered. The server samples and scales meanwhile; its host is simulated, " +
    "in the time of the wall.",
  bounds: { listP99Ms: 50, getP99Ms: 5, putP99Ms: 10 },
  async run({ isQuick }) {
    const server = start("server-process.ts");
    try {
      const port = Number(await answerOf(server));
      const load = start("clients-process.ts");
      const task: ClientsTask = { port, clients, seconds: isQuick ? 4 : 20 };
      load.send(task);
      const { list, get, put } = reportIn(await answerOf(load));
      return {
        figures: { ...figuresOf("list", list), ...figuresOf("get", get), ...figuresOf("put", put) },
      };
    } finally {
      if (server.connected) {
        server.send("end");
        await once(server, "exit");
      }
    }
  },
};

const figuresOf = (kind: string, { tookMs, perSecond }: MeasuredRequests) => ({
  [`${kind}P99Ms`]: percentile(tookMs, 99),
  [`${kind}P50Ms`]: percentile(tookMs, 50),
  [`${kind}sPerSecond`]: perSecond,
});

const start = (file: string): ChildProcess =>
  fork(fileURLToPath(new URL(`api/${file}`, import.meta.url)), { serialization: "advanced" });

/** The next message, or why there will be none. */
async function answerOf(child: ChildProcess): Promise<unknown> {
  // One that ends well has sent its message, which may come after its end.
  const ended = once(child, "exit").then(([status]) => {
    if (status === 0) return once(child, "message");
    throw new Error(`a process of the benchmark ended with ${String(status)}`);
  });
  const [message]: unknown[] = await Promise.race([once(child, "message"), ended]);
  return message;
}

function reportIn(message: unknown): ClientsReport {
  const of = (kind: string): MeasuredRequests => {
    const told = fieldsOf(fieldsOf(message).get(kind));
    const times = told.get("tookMs");
    return {
      tookMs: Array.isArray(times) ? times.map(Number) : [],
      perSecond: Number(told.get("perSecond")),
    };
  };
  return { list: of("list"), get: of("get"), put: of("put") };
}

const fieldsOf = (value: unknown): ReadonlyMap<string, unknown> =>
  new Map(typeof value === "object" && value !== null ? Object.entries(value) : []);
