import { type ChildProcess, execFile, execFileSync, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { readlinkSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const exchangeFile = fileURLToPath(new URL("exchange.ts", import.meta.url));
const programs = ["ip", "tc", "lsns", "nsenter", "unshare"];

/** Whether this machine lets a test make networks of its own, and if not, why. */
export function whyNoNetworks(): string | false {
  if (process.platform !== "linux") return "needs Linux";
  if (process.getuid?.() !== 0) return "needs root";
  const missing = programs.filter((name) => spawnSync("sh", ["-c", `command -v ${name}`]).status);
  if (missing.length > 0) return `needs ${missing.join(", ")}`;
  const shape =
    "ip link add scifb0 type ifb && tc qdisc add dev scifb0 root tbf rate 1mbit burst 32k latency 1ms";
  const { status } = spawnSync("unshare", ["--net", "sh", "-c", shape]);
  return status === 0 ? false : "needs a kernel with network namespaces, ifb and tbf";
}

/** A network namespace with one process in it. */
interface Namespace {
  readonly processId: number;
  readonly child: ChildProcess;
}

/** A host's network and those of containers, none of them the machine's; all gone after `close`. */
export class NetworkScene {
  readonly #namespaces: Namespace[] = [];
  readonly #host: Namespace;
  readonly #lonely: Namespace;
  readonly #server: ChildProcess;
  #links = 0;

  private constructor(host: Namespace, lonely: Namespace) {
    this.#host = host;
    this.#lonely = lonely;
    this.#namespaces.push(host, lonely);
    this.#server = spawn("nsenter", [...enter(host), process.execPath, exchangeFile, "serve"]);
  }

  static async open(): Promise<NetworkScene> {
    const [host, lonely] = [await makeNamespace(), await makeNamespace()];
    run(host, "ip", "link", "set", "lo", "up");
    const scene = new NetworkScene(host, lonely);
    if (scene.#server.stdout !== null) await once(scene.#server.stdout, "data");
    return scene;
  }

  get hostProcess(): number {
    return this.#host.processId;
  }

  get lonelyProcess(): number {
    return this.#lonely.processId;
  }

  async start(): Promise<SceneContainer> {
    const namespace = await makeNamespace();
    this.#namespaces.push(namespace);
    const link = this.#connect(namespace);
    return new SceneContainer(namespace, {
      link,
      host: this.#host,
      connect: () => this.#connect(namespace),
    });
  }

  /** A pair of interfaces; gives the host's end and both addresses. */
  #connect(namespace: Namespace): SceneLink {
    this.#links += 1;
    const [name, inside] = [`veth-${this.#links}`, `eth${this.#links}`];
    const peer = ["peer", "name", inside, "netns", String(namespace.processId)];
    run(this.#host, "ip", "link", "add", name, "type", "veth", ...peer);
    const address = `10.77.${this.#links}.1`;
    for (const [place, device, own] of [
      [this.#host, name, address],
      [namespace, inside, `10.77.${this.#links}.2`],
    ] as const) {
      run(place, "ip", "address", "add", `${own}/24`, "dev", device);
      run(place, "ip", "link", "set", device, "up");
    }
    return { name, address };
  }

  async close(): Promise<void> {
    await Promise.all([this.#server, ...this.#namespaces.map(({ child }) => child)].map(endOf));
  }
}

interface SceneLink {
  readonly name: string;
  /** Of the host's end. */
  readonly address: string;
}

interface SceneContainerDeps {
  readonly link: SceneLink;
  readonly host: Namespace;
  readonly connect: () => SceneLink;
}

/** A process in a network of its own. */
export class SceneContainer {
  readonly #namespace: Namespace;
  readonly #deps: SceneContainerDeps;

  constructor(namespace: Namespace, deps: SceneContainerDeps) {
    this.#namespace = namespace;
    this.#deps = deps;
  }

  get processIds(): readonly number[] {
    return [this.#namespace.processId];
  }

  get linkName(): string {
    return this.#deps.link.name;
  }

  async addInterface(): Promise<void> {
    this.#deps.connect();
  }

  send(mib: number): Promise<number> {
    return this.#exchange("send", mib);
  }

  receive(mib: number): Promise<number> {
    return this.#exchange("receive", mib);
  }

  async #exchange(direction: string, mib: number): Promise<number> {
    const command = [process.execPath, exchangeFile, direction, this.#deps.link.address];
    const words = [...enter(this.#namespace), ...command, String(mib)];
    const { stdout } = await promisify(execFile)("nsenter", words);
    return Number(stdout);
  }

  async shapeByOtherHand(where: "egress" | "ingress"): Promise<void> {
    const { name } = this.#deps.link;
    const bucket = [
      "root",
      "handle",
      "1:",
      "tbf",
      "rate",
      "1gbit",
      "burst",
      "1mb",
      "latency",
      "1ms",
    ];
    if (where === "egress") this.onHost("tc", "qdisc", "add", "dev", name, ...bucket);
    else this.onHost("tc", "qdisc", "add", "dev", name, "clsact");
  }

  /** Runs a program in the host's network. */
  onHost(program: string, ...words: readonly string[]): string {
    return run(this.#deps.host, program, ...words);
  }

  async end(): Promise<void> {
    await endOf(this.#namespace.child);
    // The kernel takes a namespace down some time after its last process.
    const isThere = (): boolean =>
      this.onHost("ip", "-o", "link").includes(`${this.#deps.link.name}@`);
    while (isThere()) await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

const enter = ({ processId }: Namespace): readonly string[] => [
  `--net=/proc/${processId}/ns/net`,
  "--",
];

const run = (namespace: Namespace, program: string, ...words: readonly string[]): string =>
  execFileSync("nsenter", [...enter(namespace), program, ...words], { encoding: "utf8" });

const networkOf = (process: string): string => readlinkSync(`/proc/${process}/ns/net`);

async function makeNamespace(): Promise<Namespace> {
  const child = spawn("unshare", ["--net", "sleep", "600"], { stdio: "ignore" });
  await once(child, "spawn");
  const processId = child.pid ?? 0;
  while (networkOf(String(processId)) === networkOf("self"))
    await new Promise((resolve) => setTimeout(resolve, 5));
  return { child, processId };
}

async function endOf(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, "exit");
  child.kill("SIGKILL");
  await ended;
}
