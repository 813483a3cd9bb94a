import { readdirSync, readFileSync, readlinkSync, statSync } from "node:fs";
import { join } from "node:path";
import type { ServerUnderTest } from "@sc/server/testing";
import { type Scrape, scrape } from "./scrape.ts";

const kibPerMib = 1024;
const bytesPerMib = 1_048_576;
const ticksPerSecond = 100;

/** What the server has open and running; each must come back to what its containers need. */
export interface Holdings {
  readonly descriptors: number;
  readonly inotifyWatches: number;
  readonly threads: number;
  readonly timers: number;
  /** What else Node says keeps it running: sockets, processes, requests. */
  readonly handles: number;
}

/** Looks at the server's process from outside. */
export class ServerGauge {
  readonly #server: ServerUnderTest;

  constructor(server: ServerUnderTest) {
    this.#server = server;
  }

  rssMib(): number {
    return this.#keyed("smaps_rollup", "Rss") / kibPerMib;
  }

  /** Of the process so far, user and kernel mode. */
  cpuSeconds(): number {
    const [, rest = ""] = this.#read("stat").split(") ");
    const [user, system] = rest.split(" ").slice(11, 13).map(Number);
    return ((user ?? 0) + (system ?? 0)) / ticksPerSecond;
  }

  /** Memory by its own words; says where growth is. */
  async heap(): Promise<Readonly<Record<string, number>>> {
    const said = await scrape(this.#server.socket);
    const mib = (metric: string): number => Math.round(said.sum(metric) / bytesPerMib);
    return {
      heapUsedMib: mib("nodejs_heap_size_used_bytes"),
      heapTotalMib: mib("nodejs_heap_size_total_bytes"),
      externalMib: mib("nodejs_external_memory_bytes"),
      anonMib: Math.round(this.#keyed("status", "RssAnon") / kibPerMib),
      fileMib: Math.round(this.#keyed("status", "RssFile") / kibPerMib),
    };
  }

  /** The question itself takes a socket or two, each time the same. */
  async holdings(): Promise<Holdings> {
    const said = await scrape(this.#server.socket);
    const names = readdirSync(`/proc/${this.#server.pid}/fd`);
    const resources = said.of("nodejs_active_resources");
    const timers = countOf(resources, "Timeout");
    return {
      descriptors: names.length,
      inotifyWatches: names.reduce((sum, name) => sum + this.#watchesOf(name), 0),
      threads: this.#keyed("status", "Threads"),
      timers,
      handles: handlesIn(said) - timers,
    };
  }

  #watchesOf(descriptor: string): number {
    const folder = `/proc/${this.#server.pid}`;
    try {
      if (!readlinkSync(`${folder}/fd/${descriptor}`).includes("inotify")) return 0;
      const info = readFileSync(`${folder}/fdinfo/${descriptor}`, "utf8");
      return info.split("\n").filter((line) => line.startsWith("inotify ")).length;
    } catch {
      // Closed between the list and the look.
      return 0;
    }
  }

  /** All files of the server: journal, databases, restore list, log. */
  diskMib(): number {
    return sizeOf(this.#server.folder) / bytesPerMib;
  }

  #keyed(file: string, key: string): number {
    return Number(new RegExp(`^${key}:\\s+(\\d+)`, "m").exec(this.#read(file))?.[1]);
  }

  #read(file: string): string {
    return readFileSync(`/proc/${this.#server.pid}/${file}`, "utf8");
  }
}

const handlesIn = (said: Scrape): number => said.sum("nodejs_active_resources");
const countOf = (resources: ReadonlyMap<string, number>, type: string): number =>
  resources.get(`{type="${type}"}`) ?? 0;

function sizeOf(folder: string): number {
  let bytes = 0;
  for (const entry of readdirSync(folder, { withFileTypes: true, recursive: true })) {
    if (!entry.isFile()) continue;
    try {
      bytes += statSync(join(entry.parentPath, entry.name)).size;
    } catch {
      // Replaced by a newer one in between.
    }
  }
  return bytes;
}
