import { type FSWatcher, readFileSync, watch } from "node:fs";
import { cpus } from "node:os";
import type { RealContainer } from "@sc/lxc/testing";

/** What a limit was, as somebody sees it who knows nothing of the server. */
export interface Observed {
  /** The limit over time, in core-seconds, without what writes hand out. */
  readonly held: number;
  /** Writes on quota, burst or period: each hands out up to one more quota. */
  readonly writes: number;
  /** What they handed out at most, in core-seconds. */
  readonly handedOutMost: number;
}

const refilling: ReadonlySet<string> = new Set([
  "cpu.cfs_quota_us",
  "cpu.cfs_burst_us",
  "cpu.cfs_period_us",
]);

/** Hears of each write from the kernel, and holds the server's account against it. */
export class LimitObserver implements Disposable {
  readonly #container: RealContainer;
  readonly #watcher: FSWatcher;
  #cores: number;
  #at = performance.now();
  #observed: Observed = { held: 0, writes: 0, handedOutMost: 0 };

  constructor(container: RealContainer) {
    this.#container = container;
    this.#cores = this.#limit().cores;
    this.#watcher = watch(container.cpuFile(""), (_event, file) => {
      if (file !== null && refilling.has(file)) this.#heard();
    });
  }

  /** Since the observer was made, or since it was asked last. */
  take(): Observed {
    this.#passTime();
    const observed = this.#observed;
    this.#observed = { held: 0, writes: 0, handedOutMost: 0 };
    return observed;
  }

  #heard(): void {
    this.#passTime();
    const { cores, periodSeconds } = this.#limit();
    this.#cores = cores;
    const { held, writes, handedOutMost } = this.#observed;
    const handedOut = handedOutMost + cores * periodSeconds;
    this.#observed = { held, writes: writes + 1, handedOutMost: handedOut };
  }

  #passTime(): void {
    const now = performance.now();
    const held = this.#observed.held + (this.#cores * (now - this.#at)) / 1000;
    this.#observed = { ...this.#observed, held };
    this.#at = now;
  }

  #limit(): { readonly cores: number; readonly periodSeconds: number } {
    const read = (file: string): number =>
      Number(readFileSync(this.#container.cpuFile(file), "utf8"));
    const [quota, period] = [read("cpu.cfs_quota_us"), read("cpu.cfs_period_us")];
    const most = cpus().length;
    return { cores: quota < 0 ? most : quota / period, periodSeconds: period / 1e6 };
  }

  [Symbol.dispose](): void {
    this.#watcher.close();
  }
}
