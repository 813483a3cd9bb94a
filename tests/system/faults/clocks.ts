import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const preload = new URL("shifted-clocks.ts", import.meta.url).href;
const tickMs = 50;

/** The clocks of one server, which a test moves; those of the machine stay as they are. */
export class Clocks implements Disposable {
  readonly #folder = mkdtempSync(join(tmpdir(), "sc-clocks-"));
  readonly #file = join(this.#folder, "shift");
  readonly #uptimeFile = join(this.#folder, "uptime");
  readonly #timer: NodeJS.Timeout;
  #bootSeconds = 0;

  constructor() {
    this.shift({});
    this.#writeUptime();
    this.#timer = setInterval(() => this.#writeUptime(), tickMs);
  }

  get environment(): Readonly<Record<string, string>> {
    return { NODE_OPTIONS: `--import=${preload}`, SHIFTED_CLOCKS: this.#file };
  }

  /** To the server and its watcher this is the time since boot. */
  get mount(): string {
    return `mount --bind "${this.#uptimeFile}" /proc/uptime`;
  }

  /** Against the machine's, seconds: what is left out goes as the machine's does. */
  shift(by: { readonly wall?: number; readonly monotonic?: number; readonly boot?: number }): void {
    const { wall = 0, monotonic = 0, boot = 0 } = by;
    // The 0 at the end says that the line is whole.
    writeFileSync(this.#file, `${wall} ${monotonic} 0`);
    this.#bootSeconds = boot;
  }

  #writeUptime(): void {
    const [uptime, idle] = readFileSync("/proc/uptime", "utf8").split(" ");
    // In place: the file is mounted. Never shorter than before, so that no half of it is ever read.
    const seconds = (Number(uptime) + this.#bootSeconds).toFixed(2);
    writeFileSync(this.#uptimeFile, `${seconds} ${idle}`, {
      flag: existsSync(this.#uptimeFile) ? "r+" : "w",
    });
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
    rmSync(this.#folder, { recursive: true });
  }
}
