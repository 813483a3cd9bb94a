import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { nameFor } from "@sc/domain/testing";
import type { ControlGroup, DataDiskAnswer, Log, RateControl } from "@sc/ports";
import { InMemoryDataDisks, InMemoryNetworks, InMemoryNetworkWorld } from "@sc/ports/in-memory";
import { rateControlSuite } from "@sc/ports/testing";
import { HostRates } from "@sc/services";
import { VirtualClock } from "../clock/virtual-clock.ts";
import { withMethods } from "../cluster/with-groups.ts";
import { SimulatedHost } from "../host/simulated-host.ts";

const path = "/containers/web";
const device = "8:0";
const bytesPerMib = 1_048_576;
const onDisk: DataDiskAnswer = {
  kind: "found",
  disk: {
    device,
    name: "sda",
    wholeDisks: ["sda"],
    mountPoint: "/",
    source: "/dev/sda",
    fileSystem: "ext4",
  },
};

/** A container with one process, a disk and an interface, each as far as a test leaves it that. */
function makeRates(
  of: {
    readonly disk?: DataDiskAnswer;
    readonly hasInterface?: boolean;
    readonly group?: Partial<ControlGroup>;
  } = {},
) {
  const clock = new VirtualClock();
  const host = new SimulatedHost({ clock }, { cores: 2, isContainerGroup: () => true });
  host.makeGroup(path);
  const opened = host.open({ path });
  assert.ok(opened.ok);
  const group = withMethods(opened.value, { readProcessIds: () => [7], ...of.group });
  const world = new InMemoryNetworkWorld();
  world.living.add(7);
  if (of.hasInterface !== false) world.add([7]);
  const disks = new InMemoryDataDisks();
  disks.put("/", of.disk ?? onDisk);
  const said: string[] = [];
  const log: Log = { info: (text) => said.push(text), warn: () => {}, error: () => {} };
  const networks = new InMemoryNetworks(world);
  const rates = new HostRates({ clock, disks, networks, log });
  const web = { engine: "plain", name: nameFor("web"), group: { path } } as const;
  const open = (): RateControl => rates.open(web, group);
  return { clock, host, group, world, said, open, control: open() };
}

rateControlSuite("ContainerRates", async () => {
  const { control } = makeRates();
  // What leads to it is looked for with the first look at its limits.
  await control.readLimits();
  return { control, resources: ["disk_read", "disk_write", "net"], close: () => control.close() };
});

describe("disk and network of a container", () => {
  test("are counted: the disk each way, of the network the busier way", async () => {
    const { clock, control, host, world } = makeRates();
    await control.readLimits();
    const [link] = world.interfaces;
    assert.ok(link !== undefined);
    assert.deepEqual(control.readTotals(), { disk_read: 0, disk_write: 0, net: 0 });
    clock.advance(1);
    host.readDisk(path, device, 3 * bytesPerMib);
    link.use = { bytesReceived: 2_000_000, bytesSent: 1_000_000 };
    assert.deepEqual(control.readTotals(), { disk_read: 3, disk_write: 0, net: 16 });
    clock.advance(1);
    link.use = { bytesReceived: 2_000_000, bytesSent: 4_000_000 };
    assert.equal(control.readTotals().net, 16 + 24);
  });

  test("that it has not are missing, not without a limit, and it is said why", async () => {
    const text = "/ is tmpfs, which is no disk";
    const { control } = makeRates({
      disk: { kind: "not-limitable", code: "no-disk", text },
      hasInterface: false,
    });
    assert.deepEqual(await control.readLimits(), {});
    assert.deepEqual(control.readTotals(), {});
    assert.deepEqual(control.restoreEntries({ disk_read: 1, disk_write: 1, net: 1 }), []);
    assert.equal(control.caveats.disk_write, text);
    assert.match(control.caveats.net ?? "", /none of the host's interfaces/);
    for (const resource of ["disk_read", "net"] as const) {
      const outcome = await control.write(resource, 10);
      assert.equal(
        outcome.kind === "refused" ? outcome.refusal.code : outcome.kind,
        "no-controller",
      );
    }
  });

  test("come to be there while it runs: after a minute they are looked for again", async () => {
    const { clock, control, world } = makeRates({ hasInterface: false });
    assert.equal((await control.readLimits()).net, undefined);
    world.add([7]);
    clock.advance(59);
    assert.equal((await control.readLimits()).net, undefined);
    clock.advance(1);
    assert.equal((await control.readLimits()).net, null);
  });

  test("wait for its first process, without which nothing is seen", async () => {
    const ids: number[] = [];
    const { control } = makeRates({ group: { readProcessIds: () => ids } });
    assert.deepEqual(await control.readLimits(), {});
    ids.push(7);
    assert.deepEqual(await control.readLimits(), { disk_read: null, disk_write: null, net: null });
  });

  test("have a caveat where what goes through the page cache is not held", async () => {
    const { control } = makeRates({ group: { holdsBufferedWrites: false } });
    await control.readLimits();
    assert.match(control.caveats.disk_write ?? "", /direct and synced writes only/);
    assert.equal(control.caveats.disk_read, undefined);
  });

  test("limited one way alone by another hand are limited by the wider way", async () => {
    const { control, world } = makeRates();
    await control.write("net", 20);
    const [link] = world.interfaces;
    assert.ok(link !== undefined);
    link.limit = { receiveMbit: 20, sendMbit: 30 };
    assert.equal((await control.readLimits()).net, 30);
    link.limit = { receiveMbit: 20, sendMbit: null };
    assert.equal((await control.readLimits()).net, null);
  });

  test("that is gone takes no limit, and what was made for it is removed", async () => {
    const { control, host, world, said } = makeRates();
    await control.write("net", 20);
    world.end([7]);
    host.removeGroup(path);
    assert.deepEqual(await control.write("net", 10), { kind: "gone" });
    assert.deepEqual(await control.write("disk_read", 10), { kind: "gone" });
    await Promise.resolve();
    control.close();
    assert.deepEqual(world.leftOvers, []);
    assert.equal(said.length, 1);
  });

  test("of another container are not what an entry of the restore list is about", async () => {
    const { control, open } = makeRates();
    await control.readLimits();
    const entries = control.restoreEntries({ disk_read: 5, net: null });
    assert.deepEqual(control.limitsOfEntries(entries), { disk_read: 5, net: null });
    const foreign = entries.map((entry) => ({ ...entry, folder: `${entry.folder}2` }));
    const other = open();
    await other.readLimits();
    assert.deepEqual(other.limitsOfEntries(foreign), {});
    assert.deepEqual(other.limitsOfEntries(entries), { disk_read: 5, net: null });
  });
});

test("a limit of next to nothing is the least that the kernel takes for one", async () => {
  const { control } = makeRates();
  const outcome = await control.write("disk_read", 0);
  assert.ok(outcome.kind === "applied" && outcome.amount !== null && outcome.amount > 0);
});
