import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { RealGroups } from "@sc/cgroup/testing";
import { endOf } from "./ended.ts";

/** So much more than a container's 1024 that a load is on time on a busy machine. */
const weight = "10240";

/**
 * A group for what makes the load, apart from the group under test: its cpu time is not the program's,
 * and it comes on time however busy the program is.
 */
export class LoadGroup implements AsyncDisposable {
  /** For what it is told and what it tells. */
  readonly folder = mkdtempSync(join(tmpdir(), "sc-bench-load-"));
  readonly #groups = new RealGroups("bench-load");

  constructor() {
    this.#groups.write("cpu", `${this.#groups.root}/cpu.shares`, weight);
  }

  /** Resolves when the shell command has ended well; what was said comes with the error otherwise. */
  async run(command: string, signal: AbortSignal): Promise<void> {
    const said = join(this.folder, "said");
    const child = this.#groups.run(this.#groups.root, `exec ${command} >>'${said}' 2>&1`);
    const status = await endOf(child, signal);
    if (status !== 0) throw new Error(`${command}: ${status}\n${readFileSync(said, "utf8")}`);
  }

  usedCoreSeconds(): number {
    return Number(this.#groups.read("cpuacct", `${this.#groups.root}/cpuacct.usage`)) / 1e9;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#groups.close();
    rmSync(this.folder, { recursive: true });
  }
}
