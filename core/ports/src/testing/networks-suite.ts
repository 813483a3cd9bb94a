import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, test } from "node:test";
import type { HostInterface, NetworkLimit, Networks } from "../networks.ts";

/** A container with an interface that leads to the host. */
export interface NetworkedContainer {
  readonly processIds: readonly number[];
  /** A second interface. */
  addInterface(): Promise<void>;
  /** Lets it send or receive so much, and says how fast that went. */
  send(mib: number): Promise<MbitPerSecond>;
  receive(mib: number): Promise<MbitPerSecond>;
  /** As another hand does on the host's side. */
  shapeByOtherHand(where: "egress" | "ingress"): Promise<void>;
  /** The interface goes with it. */
  end(): Promise<void>;
}

type MbitPerSecond = number;

export interface NetworksHarness {
  readonly networks: Networks;
  /** As a process that was started anew finds them: of what was written before it knows nothing. */
  restart(): Networks;
  start(): Promise<NetworkedContainer>;
  /** Processes in the host's own network, and in one that leads nowhere. */
  readonly hostProcess: number;
  readonly lonelyProcess: number;
  close(): Promise<void>;
}

const both = (mbit: number | null): NetworkLimit => ({ receiveMbit: mbit, sendMbit: mbit });

async function linkOf(
  networks: Networks,
  { processIds }: NetworkedContainer,
): Promise<HostInterface> {
  const answer = await networks.find(processIds);
  assert.ok(answer.kind === "found", JSON.stringify(answer));
  return answer.link;
}

const codeOf = async (networks: Networks, processIds: readonly number[]): Promise<string> => {
  const answer = await networks.find(processIds);
  return answer.kind === "not-limitable" ? answer.code : answer.kind;
};

/** The promise of `Networks`. */
export function networksSuite(name: string, make: () => Promise<NetworksHarness>): void {
  describe(`${name} as networks`, () => {
    let harness: NetworksHarness;
    beforeEach(async () => {
      harness = await make();
    });
    afterEach(() => harness.close());
    const current = (): NetworksHarness => harness;
    findingTests(current);
    limitTests(current);
    otherHandTests(current);
  });
}

function findingTests(harness: () => NetworksHarness): void {
  test("finds the interface of each container by its processes", async () => {
    const { networks } = harness();
    const [one, other] = [await harness().start(), await harness().start()];
    const links = [await linkOf(networks, one), await linkOf(networks, other)];
    assert.notEqual(links[0]?.index, links[1]?.index);
    assert.deepEqual(await linkOf(networks, one), links[0]);
  });

  test("says why a container has none that can be limited", async () => {
    const { networks, hostProcess, lonelyProcess } = harness();
    assert.equal(await codeOf(networks, [hostProcess]), "host-network");
    assert.equal(await codeOf(networks, [lonelyProcess]), "no-interface");
    const container = await harness().start();
    assert.equal(await codeOf(networks, [...container.processIds, hostProcess]), "host-network");
    await container.addInterface();
    assert.equal(await codeOf(networks, container.processIds), "several-interfaces");
  });

  test("what has ended has no interface, and takes no limit", async () => {
    const { networks } = harness();
    const container = await harness().start();
    const link = await linkOf(networks, container);
    await container.end();
    assert.deepEqual(await networks.find(container.processIds), { kind: "gone" });
    assert.deepEqual(await networks.find([]), { kind: "gone" });
    assert.deepEqual(await networks.writeLimit(link, both(10)), { kind: "gone" });
    assert.equal(await networks.readLimit(link), undefined);
    assert.equal(networks.readUse().has(link.index), false);
  });

  test("an interface that leads to no container that was found is never written", async () => {
    const { networks } = harness();
    const link = await linkOf(networks, await harness().start());
    for (const other of [
      { name: "lo", index: 1 },
      { name: link.name, index: link.index + 1000 },
      { name: "lo", index: link.index },
    ]) {
      assert.deepEqual(await networks.writeLimit(other, both(10)), { kind: "gone" });
    }
    assert.deepEqual(await harness().restart().writeLimit(link, both(10)), { kind: "gone" });
  });

  test("counts what the container sent and received", async () => {
    const { networks } = harness();
    const container = await harness().start();
    const { index } = await linkOf(networks, container);
    const before = networks.readUse().get(index);
    await container.send(3);
    await container.receive(2);
    const after = networks.readUse().get(index);
    assert.ok(before !== undefined && after !== undefined);
    const [sent, received] = [
      after.bytesSent - before.bytesSent,
      after.bytesReceived - before.bytesReceived,
    ];
    // Every packet has a head, and is answered.
    assert.ok(sent >= 3 * bytesPerMib && sent < 3.5 * bytesPerMib, String(sent));
    assert.ok(received >= 2 * bytesPerMib && received < 2.5 * bytesPerMib, String(received));
  });
}

const bytesPerMib = 1_048_576;

function limitTests(harness: () => NetworksHarness): void {
  test("has no limit at first; writes one, reads it back, and writes it once", async () => {
    const { networks } = harness();
    const link = await linkOf(networks, await harness().start());
    assert.deepEqual(await networks.readLimit(link), both(null));
    assert.deepEqual(await networks.writeLimit(link, both(null)), {
      kind: "unchanged",
      limit: both(null),
    });
    for (const limit of [
      both(20),
      both(60),
      { receiveMbit: 5, sendMbit: 0.5 },
      { receiveMbit: null, sendMbit: 7 },
      { receiveMbit: 7, sendMbit: null },
    ]) {
      assert.deepEqual(await networks.writeLimit(link, limit), { kind: "applied", limit });
      assert.deepEqual(await networks.readLimit(link), limit);
      assert.deepEqual(await networks.writeLimit(link, limit), { kind: "unchanged", limit });
    }
    assert.equal((await networks.writeLimit(link, both(null))).kind, "applied");
    assert.deepEqual(await networks.readLimit(link), both(null));
  });

  test("limits that are written at the same time leave one of them, whole", async () => {
    const { networks } = harness();
    const link = await linkOf(networks, await harness().start());
    const limits = [both(10), both(null), both(20), { receiveMbit: 30, sendMbit: 40 }];
    await Promise.all(limits.map((limit) => networks.writeLimit(link, limit)));
    assert.deepEqual(await networks.readLimit(link), limits.at(-1));
  });

  test("holds each direction to its own limit, also of many streams, and lets go of it", async () => {
    const { networks } = harness();
    const container = await harness().start();
    const link = await linkOf(networks, container);
    await networks.writeLimit(link, { receiveMbit: 20, sendMbit: 40 });
    const [received, sent] = [await container.receive(4), await container.send(8)];
    // Far below it would be another unit: bytes for bits, say.
    assert.ok(received <= 22 && received >= 5, `received at ${received} Mbit/s`);
    assert.ok(sent <= 44 && sent >= 10, `sent at ${sent} Mbit/s`);
    await networks.writeLimit(link, both(null));
    const free = [await container.receive(4), await container.send(8)];
    assert.ok(free[0] !== undefined && free[0] > received * 3, `free: ${free.join(", ")}`);
    assert.ok(free[1] !== undefined && free[1] > sent * 2, `free: ${free.join(", ")}`);
  });

  test("a process started anew finds the limits, and takes away what outlived its interface", async () => {
    const [held, ended] = [await harness().start(), await harness().start()];
    for (const container of [held, ended]) {
      const link = await linkOf(harness().networks, container);
      await harness().networks.writeLimit(link, both(20));
    }
    await ended.end();
    const networks = harness().restart();
    assert.equal((await networks.removeLeftOvers()).length, 1);
    assert.deepEqual(await networks.removeLeftOvers(), []);
    assert.deepEqual(await networks.readLimit(await linkOf(networks, held)), both(20));
  });

  test("the entry that puts a limit back says which limit it is, and of which interface", async () => {
    const { networks } = harness();
    const [link, other] = [
      await linkOf(networks, await harness().start()),
      await linkOf(networks, await harness().start()),
    ];
    for (const mbit of [null, 20, 0.5]) {
      const entry = networks.restoreEntry(link, mbit);
      assert.equal(networks.limitOfEntry(link, entry), mbit);
      assert.equal(networks.limitOfEntry(other, entry), undefined);
      assert.equal(networks.limitOfEntry(link, { ...entry, resource: "cpu" }), undefined);
    }
  });
}

function otherHandTests(harness: () => NetworksHarness): void {
  for (const where of ["egress", "ingress"] as const) {
    test(`what another hand put at the ${where} stays there, and is said to be in the way`, async () => {
      const { networks } = harness();
      const container = await harness().start();
      const link = await linkOf(networks, container);
      await container.shapeByOtherHand(where);
      const outcome = await networks.writeLimit(link, both(20));
      assert.ok(outcome.kind === "refused", outcome.kind);
      assert.equal(outcome.refusal.code, "not-permitted");
      assert.match(outcome.refusal.text, /of another hand/);
      assert.deepEqual(await networks.readLimit(link), both(null));
      assert.equal((await networks.writeLimit(link, both(null))).kind, "unchanged");
      assert.deepEqual(await networks.removeLeftOvers(), []);
    });
  }
}
