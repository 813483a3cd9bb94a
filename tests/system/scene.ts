import type { ChildProcess } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { endOf, RealGroups, whyNoUnifiedGroups } from "@sc/cgroup/testing";
import { noBrakes, ServerUnderTest, type ServerUnderTestOptions, until } from "@sc/server/testing";

const isV2 = whyNoUnifiedGroups() === false;
/** Seconds within which everything that must come has come, also on a busy machine; v2 has one slow CPU. */
export const patienceSeconds = isV2 ? 60 : 20;
/** Long enough that a server which lives does not miss it. */
export const leaseSeconds = isV2 ? 6 : 3;
/** The server, which makes the fault that `makeFault` asks for. */
export const faultyServer = fileURLToPath(new URL("faulty-server.ts", import.meta.url));

export const eventually = (
  what: string,
  isTrue: () => boolean | Promise<boolean>,
  timeoutSeconds = patienceSeconds,
): Promise<void> => until(what, isTrue, timeoutSeconds);

/** What tests share: everything in auto, a short lease, a host that is never full, no brakes. */
export const quickSettings = {
  defaults: { cpu: { mode: "auto", policy: "serverless-rules" } },
  lease: { seconds: leaseSeconds },
  // A group that nobody leaves after SIGKILL would stay behind.
  host: { ownGroup: false, reservePercent: 0, overcommit: 10 },
  brakes: noBrakes,
} as const;

/** To the server the machine does nothing else: its other work must not decide what may grow. */
export const quietHost = `cat /proc/stat >"$0/stat"; mount --bind "$0/stat" /proc/stat`;

export type Limit = Readonly<Record<string, string>>;

/** How each version of cgroup says it; the files in the order in which the kernel takes them. */
const versions = {
  1: {
    noLimit: { "cpu.cfs_burst_us": "0", "cpu.cfs_quota_us": "-1" },
    first: {
      "cpu.cfs_period_us": "50000",
      "cpu.cfs_quota_us": "40000",
      "cpu.cfs_burst_us": "10000",
      "cpu.shares": "512",
    },
    quotaFile: "cpu.cfs_quota_us",
  },
  2: {
    noLimit: { "cpu.max.burst": "0", "cpu.max": "max" },
    first: { "cpu.max": "40000 50000", "cpu.max.burst": "10000", "cpu.weight": "50" },
    quotaFile: "cpu.max",
  },
} as const;
const { noLimit, first, quotaFile } = versions[isV2 ? 2 : 1];

/** A limit that differs from the kernel's defaults in all its four parts: 80 shares. */
export const firstLimit: Limit = first;
const limitFiles = Object.keys(firstLimit);

export interface SceneOptions extends Partial<ServerUnderTestOptions> {
  /** Containers to make, each with `firstLimit`. */
  readonly containers: readonly string[];
}

/** Control groups as containers, and a server that scales them; all gone at its end. */
export class Scene implements AsyncDisposable {
  readonly groups: RealGroups;
  readonly server: ServerUnderTest;
  readonly #containers = new Map<string, PlainContainer>();
  /** How much of the server's log is from before the fault was made. */
  logLengthBefore = 0;
  readonly #configuration: Readonly<Record<string, unknown>>;

  private constructor(label: string, options: Partial<ServerUnderTestOptions>) {
    this.groups = new RealGroups(label);
    const engines = { lxc: { enabled: false }, plain: { roots: [this.groups.root] } };
    this.#configuration = { ...quickSettings, engines, ...options.configuration };
    this.server = new ServerUnderTest({
      ...options,
      mount: [quietHost, options.mount].join("\n"),
      configuration: this.#configuration,
    });
  }

  /** From the next start on: other values of these keys. */
  configure(changes: Readonly<Record<string, unknown>>): void {
    this.server.configure({ ...this.#configuration, ...changes });
  }

  /** Everything is there, and the server has not been started. */
  static prepare(label: string, { containers, ...options }: SceneOptions): Scene {
    const scene = new Scene(label, options);
    for (const name of containers) scene.make(name);
    return scene;
  }

  /** The server answers. */
  static async open(label: string, options: SceneOptions): Promise<Scene> {
    const scene = Scene.prepare(label, options);
    try {
      await scene.server.start();
      return scene;
    } catch (error) {
      await scene[Symbol.asyncDispose]();
      throw error;
    }
  }

  make(name: string): PlainContainer {
    const container = new PlainContainer(this.groups, `${this.groups.root}/${name}`);
    this.#containers.set(name, container);
    return container;
  }

  container(name: string): PlainContainer {
    const container = this.#containers.get(name);
    if (container === undefined) throw new Error(`the scene has no container ${name}`);
    return container;
  }

  get containers(): readonly PlainContainer[] {
    return [...this.#containers.values()];
  }

  /** Codes of what was said to have happened with a container, newest first. */
  async changeCodes(name: string): Promise<readonly string[]> {
    const changes = await this.server.api.changes({ structure: name, limit: 1000 });
    return changes.map((change) => change.detail?.code ?? change.reason.code);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.server.close();
    await this.groups.close();
  }
}

/** A group that stands for a container: its limit as the kernel holds it, and load on demand. */
export class PlainContainer {
  readonly path: string;
  readonly #groups: RealGroups;
  #load: ChildProcess | undefined;

  constructor(groups: RealGroups, path: string) {
    this.#groups = groups;
    this.path = path;
    this.make();
  }

  make(): void {
    this.#groups.make(this.path);
    this.setLimit(firstLimit);
  }

  /** In the order in which the kernel takes it, whatever was there. */
  setLimit(limit: Limit): void {
    const steps = [...Object.entries(noLimit), ...Object.entries(limit)];
    for (const [file, value] of steps) this.write(file, value);
  }

  read(file: string): string {
    return this.#groups.read("cpu", `${this.path}/${file}`);
  }

  write(file: string, value: string): void {
    this.#groups.write("cpu", `${this.path}/${file}`, value);
  }

  limit(): Limit {
    return Object.fromEntries(limitFiles.map((file) => [file, this.read(file)]));
  }

  /** 100 = one core. */
  shares(): number {
    const [quota, period] = isV2
      ? this.read("cpu.max").split(" ")
      : [this.read("cpu.cfs_quota_us"), this.read("cpu.cfs_period_us")];
    return (Number(quota) / Number(period)) * 100;
  }

  /** One thread that takes all it gets. */
  work(): void {
    this.#load ??= this.#groups.run(this.path, "while :; do :; done");
  }

  async rest(): Promise<void> {
    if (this.#load !== undefined) await endOf(this.#load);
    this.#load = undefined;
  }

  remove(): void {
    this.#groups.remove(this.path);
  }

  /** A group inside it with a quota of its own, below which the kernel lets its quota not go. */
  makeChild(quotaUs: number): void {
    this.#groups.make(`${this.path}/child`);
    this.#groups.write("cpu", `${this.path}/child/${quotaFile}`, String(quotaUs));
  }

  /** As far down as policy takes what rests: least limit and twice the boundary, 26 shares. */
  isSqueezed(): boolean {
    return this.shares() < 30;
  }

  isGrown(): boolean {
    return this.shares() > 60;
  }

  isGone(): boolean {
    return !existsSync(this.#groups.folder("cpu", this.path));
  }

  hasFirstLimit(): boolean {
    return limitFiles.every((file) => this.read(file) === firstLimit[file]);
  }
}
