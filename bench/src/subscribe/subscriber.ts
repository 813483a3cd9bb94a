import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { cores, host, memMibTotal } from "./large-host.ts";

const serverPath = fileURLToPath(new URL("large-host-server.ts", import.meta.url));
const startSeconds = 30;

/** What the container is to have. */
export interface Wanted {
  readonly name: string;
  readonly cpuShares: number;
  readonly memMib: number;
}

/** A server that is killed and started again, and the one client that subscribes containers at it. */
export class Subscriber {
  readonly #folder = mkdtempSync(join(tmpdir(), "sc-bench-subscribe-"));
  readonly #port: number;
  #server: ChildProcess | undefined;

  private constructor(root: string, port: number) {
    this.#port = port;
    const configuration = {
      runFolder: join(this.#folder, "run"),
      stateFolder: join(this.#folder, "state"),
      api: { socket: join(this.#folder, "run/api.sock"), listen: `127.0.0.1:${port}` },
      engines: { lxc: { enabled: false }, plain: { roots: [root] } },
      host: { ownGroup: false },
      compatibility: { open: true, hostNames: [host] },
      log: { level: "error" },
    };
    writeFileSync(this.#configPath, JSON.stringify(configuration));
  }

  static async make(root: string): Promise<Subscriber> {
    return new Subscriber(root, await freePort());
  }

  get #configPath(): string {
    return join(this.#folder, "config.yaml");
  }

  async start(): Promise<void> {
    this.#server = spawn(process.execPath, [serverPath, this.#configPath], {
      stdio: ["ignore", "ignore", "inherit"],
    });
    const until = Date.now() + startSeconds * 1000;
    while (Date.now() < until) {
      if (this.#server.exitCode !== null) break;
      const answer = await this.ask("GET", "/heartbeat").catch(() => undefined);
      if (answer?.status === 200) return;
      await delay(50);
    }
    throw new Error("the server did not answer in time");
  }

  async kill(): Promise<void> {
    const server = this.#server;
    if (server === undefined || server.exitCode !== null || server.signalCode !== null) return;
    const gone = once(server, "exit");
    server.kill("SIGKILL");
    await gone;
  }

  async declareHost(): Promise<void> {
    const answer = await this.ask("PUT", `/structure/host/${host}`, {
      ...{ name: host, host, subtype: "host", host_rescaler_ip: host, host_rescaler_port: 8000 },
      resources: {
        cpu: { max: cores * 100, free: cores * 100 },
        mem: { max: memMibTotal, free: memMibTotal },
      },
    });
    if (answer.status !== 200) throw new Error(`the host was not declared: ${answer.text}`);
  }

  /** Guarded: its cpu stands in the book. */
  subscribe({ name, cpuShares, memMib }: Wanted): Promise<Answer> {
    const limit = { boundary: 10, boundary_type: "percentage_of_max" };
    const cpu = { max: cpuShares * 2, min: 10, current: cpuShares, guard: true };
    return this.ask("PUT", `/structure/container/${name}`, {
      container: {
        ...{ name, host, host_rescaler_ip: host, host_rescaler_port: 8000, guard: true },
        subtype: "container",
        resources: { cpu, mem: { max: memMib * 2, min: 64, current: memMib, guard: false } },
      },
      limits: { resources: { cpu: limit, mem: limit } },
    });
  }

  async ask(method: string, path: string, body?: unknown): Promise<Answer> {
    const response = await fetch(`http://127.0.0.1:${this.#port}${path}`, {
      method,
      ...(body !== undefined && {
        headers: { "content-type": "application/json" },
        body: JSON.stringify(body),
      }),
    });
    return { status: response.status, text: await response.text() };
  }

  async close(): Promise<void> {
    const server = this.#server;
    if (server !== undefined && server.exitCode === null && server.signalCode === null) {
      const gone = once(server, "exit");
      server.kill("SIGTERM");
      await gone;
    }
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

export interface Answer {
  readonly status: number;
  readonly text: string;
}

async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  if (address === null || typeof address === "string") throw new Error("no port is free");
  return address.port;
}
