/*
 * Disk and network beside cpu, with the real server: it runs in a network of its own, which stands for the
 * host's, and the container is a process in another.
 */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { realDisk, whyNoRealGroups } from "@sc/cgroup/testing";
import { NetworkScene, type SceneContainer, whyNoNetworks } from "@sc/traffic-control/testing";
import { eventually, Scene } from "./scene.ts";

const written = "blkio.throttle.write_bps_device";
/** Nothing is used of either, so that the least is what they are fitted to, ten seconds later. */
const leastMib = 2;
const leastMbit = 8;
const fittingSeconds = 60;

/** The server in the network that stands for the host's, and a view of the kernel that shows it. */
const inNetworkOf = (processId: number): string => `
  network=/proc/${processId}/ns/net
  mkdir -p "$0/groups"
  mount --rbind /sys/fs/cgroup "$0/groups"
  nsenter --net=$network mount -t sysfs sysfs /sys
  mount --rbind "$0/groups" /sys/fs/cgroup
  set -- nsenter --net=$network -- "$@"
`;

class RatesScene implements AsyncDisposable {
  readonly scene: Scene;
  readonly container: SceneContainer;
  readonly #networks: NetworkScene;

  private constructor(networks: NetworkScene, container: SceneContainer) {
    this.#networks = networks;
    this.container = container;
    this.scene = Scene.prepare("rates", {
      containers: ["web"],
      mount: inNetworkOf(networks.hostProcess),
    });
    const { groups } = this.scene;
    for (const controller of ["cpu", "cpuacct", "memory", "blkio"] as const)
      groups.write(controller, `${this.#path}/cgroup.procs`, String(container.processIds[0]));
  }

  static async open(): Promise<RatesScene> {
    const networks = await NetworkScene.open();
    const opened = new RatesScene(networks, await networks.start());
    await opened.scene.server.start();
    return opened;
  }

  get #path(): string {
    return this.scene.container("web").path;
  }

  /** As it stands in the kernel. */
  shaping(): string {
    return this.container.onHost("tc", "qdisc", "show");
  }

  diskLimits(): string {
    return this.scene.groups.read("blkio", `${this.#path}/${written}`);
  }

  async limit(): Promise<void> {
    const { api } = this.scene.server;
    await api.setLimits("web", { resource: "net", min: leastMbit, max: 20 });
    await api.setMode("web", { resources: ["net"], mode: "auto" });
    await api.setLimits("web", { resource: "disk_write", min: leastMib, max: 10 });
    await api.setMode("web", { resources: ["disk_write"], mode: "auto" });
    await eventually("both are limited", () => this.isLimited(), fittingSeconds);
  }

  isLimited(): boolean {
    const buckets = this.shaping().match(/tbf 5cca: dev \S+ root .* rate \d+Mbit/g) ?? [];
    return buckets.length === 2 && this.diskLimits() === `${device} ${leastMib * 1_048_576}`;
  }

  isOpen(): boolean {
    return !/tbf|ingress/.test(this.shaping()) && this.diskLimits() === "";
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.scene[Symbol.asyncDispose]();
    await this.#networks.close();
  }
}

const device = realDisk()?.device ?? "";
const skip =
  whyNoRealGroups() || whyNoNetworks() || (device === "" ? "needs a disk of its own" : false);

describe("disk and network in auto", { skip }, () => {
  test("are limited by the kernel, shown with what does not hold, and released", async () => {
    await using rates = await RatesScene.open();
    const { server } = rates.scene;
    await rates.limit();
    // The kernel holds a limit a moment before it was read back, and told.
    await eventually("both are shown", async () => {
      const { net, disk_write } = (await server.api.structure("web")).resources;
      return net?.current === leastMbit && disk_write?.current === leastMib;
    });
    const { resources } = await server.api.structure("web");
    assert.match(resources.disk_write?.caveat ?? "", /direct and synced writes only/);
    assert.equal(resources.disk_read?.current, null);
    await server.api.release("web");
    assert.ok(rates.isOpen(), rates.shaping() + rates.diskLimits());
  });

  test("are put back by the watcher when the server is killed", async () => {
    await using rates = await RatesScene.open();
    const { server } = rates.scene;
    await rates.limit();
    await server.end("SIGKILL");
    await eventually("all is open", () => rates.isOpen());
    assert.ok((await rates.container.send(1)) > 0);
  });

  test("are known for ours by a server started anew, which releases them", async () => {
    await using rates = await RatesScene.open();
    const { server } = rates.scene;
    await rates.limit();
    await server.end("SIGKILL");
    await server.start();
    const { resources } = await server.api.structure("web");
    assert.deepEqual([resources.net?.first, resources.disk_write?.first], [null, null]);
    assert.ok(rates.isLimited());
    await server.api.release("web");
    assert.ok(rates.isOpen(), rates.shaping() + rates.diskLimits());
  });
});
