import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { createInterface } from "node:readline";
import { gzipSync } from "node:zlib";

/** Reads what atop prints of a container's processes and posts it as BDWatchdog does. */
export interface AtopFeederOptions {
  readonly url: string;
  /** The container's name, which a sender inside it would have for its host name. */
  readonly host: string;
  /** Processes and threads that a sender inside it would see. */
  readonly isInside: (pid: string) => boolean;
}

export const whyNoAtop = (): string | false =>
  spawnSync("atop", ["-V"]).status === 0 ? false : "atop is missing: npm run setup:debian";

const labels = "CPU,MEM,PRC,PRM,PRD";
const idleMs = 200;
const kibPerMb = 1024;
/** Smaller processes are not posted, nor are those that did nothing. */
const residentMbLeast = 10;

/** Label, host, epoch, date, time, interval; then what the label is about. */
type Fields = readonly string[];
type Tags = Readonly<Record<string, string>>;

export class AtopFeeder implements AsyncDisposable {
  readonly #options: AtopFeederOptions;
  readonly #process: ChildProcess;
  readonly #points: object[] = [];
  readonly statuses: number[] = [];
  #isPastBoot = false;
  #flush: NodeJS.Timeout | undefined;

  constructor(options: AtopFeederOptions) {
    this.#options = options;
    // It must not switch on the accounting of the kernel, which is the whole machine's.
    const env = { ...process.env, ATOPACCT: "" };
    const words = ["--pdeathsig", "KILL", "atop", "-a", "-P", labels, "1"];
    this.#process = spawn("setpriv", words, { env, stdio: ["ignore", "pipe", "ignore"] });
    const input = this.#process.stdout;
    if (input !== null) createInterface({ input }).on("line", (line) => this.#read(line));
  }

  #read(line: string): void {
    // Up to the first separator come averages since boot.
    if (line === "SEP") this.#isPastBoot = true;
    if (!this.#isPastBoot) return;
    const fields = line.split(" ");
    this.#points.push(...pointsOf(fields, this.#options));
    clearTimeout(this.#flush);
    this.#flush = setTimeout(() => void this.#post(), idleMs);
  }

  async #post(): Promise<void> {
    const points = this.#points.splice(0);
    if (points.length === 0) return;
    const { status } = await fetch(this.#options.url, {
      method: "POST",
      body: gzipSync(JSON.stringify(points)),
      headers: { "content-type": "application/json", "content-encoding": "gzip" },
    });
    this.statuses.push(status);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearTimeout(this.#flush);
    const ended = new Promise((resolve) => this.#process.once("exit", resolve));
    if (this.#process.exitCode === null && this.#process.kill("SIGKILL")) await ended;
  }
}

function pointsOf(fields: Fields, { host, isInside }: AtopFeederOptions): readonly object[] {
  const [label = "", , timestamp = "", , , interval = "1", pid = "", command = ""] = fields;
  const point = (metric: string, value: number, tags: Tags = {}) => ({
    ...{ metric, timestamp, value: value.toFixed(2), tags: { host, ...tags } },
  });
  if (label === "CPU") return [point("sys.cpu.usage", 50)];
  if (!label.startsWith("PR") || !isInside(pid)) return [];
  const tags = { pid, command: command.replace(/[()]/g, "") };
  const number = (index: number): number => Number(fields[index]);
  if (label === "PRC") {
    const [user, kernel] = [number(10) / Number(interval), number(11) / Number(interval)];
    const cpu = [point("proc.cpu.user", user, tags), point("proc.cpu.kernel", kernel, tags)];
    return user + kernel > 0 ? cpu : [];
  }
  const residentMb = number(11) / kibPerMb;
  if (label !== "PRM" || residentMb < residentMbLeast) return [];
  return [
    point("proc.mem.virtual", number(10) / kibPerMb, tags),
    point("proc.mem.resident", residentMb, tags),
  ];
}
