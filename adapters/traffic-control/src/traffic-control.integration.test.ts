import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, test } from "node:test";
import type { NetworkLimit, NetworkWriteOutcome } from "@sc/ports";
import { networksSuite } from "@sc/ports/testing";
import { NetworkScene, whyNoNetworks } from "./testing/network-scene.ts";
import { TrafficControl } from "./traffic-control.ts";

describe("the kernel's traffic control", { skip: whyNoNetworks() }, () => {
  networksSuite("TrafficControl", async () => {
    const scene = await NetworkScene.open();
    const { hostProcess, lonelyProcess } = scene;
    return {
      networks: new TrafficControl({ hostProcess }),
      restart: () => new TrafficControl({ hostProcess }),
      hostProcess,
      lonelyProcess,
      start: () => scene.start(),
      close: () => scene.close(),
    };
  });
});

describe("what another hand does to a limit of the network", { skip: whyNoNetworks() }, () => {
  const limit = { receiveMbit: 20, sendMbit: 20 };
  const open = { receiveMbit: null, sendMbit: null };
  let scene: NetworkScene;
  beforeEach(async () => {
    scene = await NetworkScene.open();
  });
  afterEach(() => scene.close());

  async function limited() {
    const container = await scene.start();
    const networks = new TrafficControl({ hostProcess: scene.hostProcess });
    const answer = await networks.find(container.processIds);
    assert.ok(answer.kind === "found");
    const { link } = answer;
    assert.equal((await networks.writeLimit(link, limit)).kind, "applied");
    const write = (next: NetworkLimit): Promise<NetworkWriteOutcome> =>
      networks.writeLimit(link, next);
    return { container, networks, link, write };
  }

  test("the device taken away: it shows, and the next write lets the container send again", async () => {
    const { container, link, write } = await limited();
    container.onHost("ip", "link", "del", `scifb${link.index}`);
    const later = new TrafficControl({ hostProcess: scene.hostProcess });
    await later.find(container.processIds);
    assert.deepEqual(await later.readLimit(link), { receiveMbit: 20, sendMbit: null });
    assert.deepEqual(await write(limit), { kind: "applied", limit });
    assert.ok((await container.send(1)) > 0);
    container.onHost("ip", "link", "del", `scifb${link.index}`);
    assert.deepEqual(await write(open), { kind: "applied", limit: open });
    assert.ok((await container.send(1)) > 0);
  });

  test("a filter put beside ours stays when the limit goes", async () => {
    const { container, networks, write } = await limited();
    const { linkName } = container;
    const all = ["protocol", "ip", "prio", "9", "u32", "match", "u32", "0", "0", "flowid", "1:1"];
    container.onHost("tc", "filter", "add", "dev", linkName, "parent", "ffff:", ...all);
    assert.deepEqual(await write(open), { kind: "applied", limit: open });
    const left = container.onHost("tc", "filter", "show", "dev", linkName, "parent", "ffff:");
    assert.match(left, /pref 9 /);
    assert.doesNotMatch(left, /mirred/);
    assert.deepEqual(await networks.removeLeftOvers(), []);
  });

  test("a limit of its own in the place of ours is refused to be replaced, and stays at release", async () => {
    const { container, networks, link, write } = await limited();
    container.onHost("tc", "qdisc", "del", "dev", container.linkName, "root");
    await container.shapeByOtherHand("egress");
    assert.equal((await write(limit)).kind, "refused");
    assert.deepEqual(await write(open), { kind: "applied", limit: open });
    assert.deepEqual(await networks.readLimit(link), open);
    assert.match(container.onHost("tc", "qdisc", "show", "dev", container.linkName), /tbf 1:/);
  });
});

test("without the programs there is no interface to be had, and that is said", async () => {
  const networks = new TrafficControl({ hostProcess: 2 ** 22 + 1 });
  const answer = await networks.find([process.pid]);
  assert.equal(answer.kind === "not-limitable" ? answer.code : answer.kind, "unreadable");
  assert.equal(networks.readUse().size, 0);
  assert.deepEqual(await networks.removeLeftOvers(), []);
});
