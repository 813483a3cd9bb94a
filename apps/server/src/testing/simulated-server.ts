import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { setImmediate } from "node:timers/promises";
import { loadConfiguration } from "@sc/config-file";
import type { Configuration } from "@sc/contracts";
import { type HttpApi, startHttpApi } from "@sc/http-api";
import { FakeLease, InMemoryJournal } from "@sc/ports/testing";
import { SimulatedHost, steady, VirtualClock } from "@sc/simulation";
import { SqliteDocumentStore, SqliteHistoryStore } from "@sc/sqlite";
import { apiFacesOf } from "../api-faces.ts";
import { type OpenRoutes, openPublishedRoutes } from "../compatibility.ts";
import { importsOf } from "../imports.ts";
import { WorkerReplayRunner } from "../replay/worker-replay-runner.ts";
import { joinServices, type Services } from "../services.ts";
import { openExperiments } from "../timestamps.ts";

const log = { info: () => {}, warn: () => {}, error: () => {} };
const token = "a-token-of-the-tests-0123456789abcdef";
/** Brakes off, or nothing would ever change. */
const configured = (folder: string, changes: object): Configuration => {
  const path = join(folder, "config.yaml");
  const brakes = { learningSeconds: 0, settleSeconds: 0, holdSeconds: 0 };
  const compatibility = { hostNames: ["host0"] };
  const own = { runFolder: folder, stateFolder: folder, brakes, compatibility };
  writeFileSync(path, JSON.stringify({ ...own, ...changes }));
  return loadConfiguration({ path });
};

export interface SimulatedServerOptions {
  /** Keys of the configuration. */
  readonly configuration?: Readonly<Record<string, unknown>>;
  readonly cores?: number;
  /** Services live in the time of the wall, and only what containers use passes when it is told to. */
  readonly isInWallTime?: boolean;
  /** Plain containers beside `web`, which is of LXC and has a limit, and `db`. */
  readonly containers?: readonly string[];
}

/**
 * The server as it is wired, with its databases and its API, on a host without hardware: time passes when
 * it is told to, so between two looks nothing changes by itself.
 */
export class SimulatedServer {
  readonly places: { readonly socketPath: string; readonly port: number; readonly token: string };
  readonly #folder: string;
  readonly #clock: VirtualClock;
  readonly #host: SimulatedHost;
  readonly #journal: InMemoryJournal;
  readonly #lease: FakeLease;
  readonly #services: Services;
  readonly #api: HttpApi;
  readonly #published: OpenRoutes;
  readonly #database: DatabaseSync;
  readonly #stores: readonly { close(): Promise<void> }[];

  static async start(options: SimulatedServerOptions = {}): Promise<SimulatedServer> {
    const folder = mkdtempSync(join(tmpdir(), "sc-simulated-"));
    const clock = new VirtualClock();
    const host = new SimulatedHost({ clock }, { cores: options.cores ?? 8 });
    const configuration = configured(folder, options.configuration ?? {});
    host.makeContainer({
      name: "web",
      engine: "lxc",
      limit: { quotaShares: 200 },
      demand: steady(0.5),
    });
    for (const name of ["db", ...(options.containers ?? [])]) {
      host.makeContainer({ name, engine: "plain", demand: steady(1) });
    }
    const journal = new InMemoryJournal();
    const lease = new FakeLease();
    const documents = new SqliteDocumentStore({ path: join(folder, "state.db"), log });
    const history = new SqliteHistoryStore({ path: join(folder, "history.db"), log });
    const experiments = openExperiments({ documents, history });
    const services = joinServices({
      configuration,
      host: {
        cgroups: host,
        finders: [host.finder("lxc"), host.finder("plain")],
        hostReader: host,
        journal,
        lease,
      },
      documents,
      history,
      takers: [experiments],
      replayRunner: new WorkerReplayRunner({ atMemoryLimit: "kill", log }),
      log,
      ...(options.isInWallTime !== true && { time: { clock, timers: clock } }),
    });
    await services.loader.load();
    // One that is timed, for reports.
    const content = { experimentId: "tried", username: "ann", startTime: 1, endTime: 2 };
    await experiments.add({ kind: "experiment", content });
    for (const service of [...services.early, ...services.late]) service.start();
    const published = await openPublishedRoutes(configuration, services, log);
    const api = await startHttpApi({
      faces: apiFacesOf(services, { experiments, imports: importsOf(configuration, services) }),
      socketPath: join(folder, "api.sock"),
      listen: "127.0.0.1:0",
      further: published.further,
      token,
      log,
    });
    const parts = { folder, clock, host, journal, lease, services, api, published };
    return new SimulatedServer(parts, [documents, history]);
  }

  private constructor(
    parts: {
      readonly folder: string;
      readonly clock: VirtualClock;
      readonly host: SimulatedHost;
      readonly journal: InMemoryJournal;
      readonly lease: FakeLease;
      readonly services: Services;
      readonly api: HttpApi;
      readonly published: OpenRoutes;
    },
    stores: readonly { close(): Promise<void> }[],
  ) {
    this.#folder = parts.folder;
    this.#clock = parts.clock;
    this.#host = parts.host;
    this.#journal = parts.journal;
    this.#lease = parts.lease;
    this.#services = parts.services;
    this.#api = parts.api;
    this.#published = parts.published;
    this.#stores = stores;
    this.#database = new DatabaseSync(join(parts.folder, "state.db"), { readOnly: true });
    const socketPath = join(parts.folder, "api.sock");
    this.places = { socketPath, port: parts.api.port ?? 0, token };
  }

  /** Everything a refusal must leave as it is: what is stored, in the book, and in force. */
  state(): string {
    const { agent, desk } = this.#services;
    const rows = this.#database.prepare("SELECT * FROM document ORDER BY kind, name");
    rows.setReadBigInts(true);
    const limits = ["/web", "/db"].map((path) => {
      const group = this.#host.open({ path });
      assert.ok(group.ok);
      const { value } = group;
      const held = [value.readCpuLimit(), value.readMemMibLimit()];
      value.close();
      return held;
    });
    const state = {
      documents: rows.all(),
      rules: desk.rules(),
      settings: desk.settings(),
      limits,
      containers: agent.containers().map(({ facts, limits, held }) => ({ facts, limits, held })),
      host: agent.hostObservation(),
      journal: this.#journal.recover(),
      restoreList: this.#lease.world.entries,
    };
    return JSON.stringify(
      state,
      (_, value: unknown) => (typeof value === "bigint" ? String(value) : value),
      1,
    );
  }

  /** A second passes, and what was asked for before it happens. */
  async pass(): Promise<void> {
    for (let tenth = 0; tenth < 10; tenth += 1) {
      this.passTenth();
      // Writes of memory end in a turn of their own.
      await setImmediate();
    }
  }

  /** A tenth of a second passes. */
  passTenth(): void {
    this.#lease.beat();
    this.#clock.advance(0.1);
  }

  async close(): Promise<void> {
    await this.#api.close();
    await this.#published.close();
    for (const service of this.#services.inStopOrder) await service.stop();
    this.#database.close();
    for (const store of this.#stores) await store.close();
    rmSync(this.#folder, { recursive: true });
  }
}
