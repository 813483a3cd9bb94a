import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, test } from "node:test";
import type { RestoreEntry } from "../cgroup.ts";
import type { Lease } from "../lease.ts";

/** A lease of 10 s under a clock of the test's own. */
export interface LeaseHarness {
  /** The lease of a server that starts now; the earlier ones of the harness are dead. */
  start(): Lease;
  pass(seconds: number): void;
  /** The watcher begins or ends putting limits back. */
  setRestoring(isRestoring: boolean): void;
  close(): void;
}

/** The promise of `Lease`. */
export function leaseSuite(name: string, make: () => LeaseHarness): void {
  describe(`${name} as lease`, () => {
    let harness: LeaseHarness;
    beforeEach(() => {
      harness = make();
    });
    afterEach(() => harness.close());

    freshnessTests(() => harness);
    renewalTests(() => harness);
    listTests(() => harness);
    endingTests(() => harness);
  });
}

function entryOf(inode: string, group: string): RestoreEntry {
  const folder = `/sys/fs/cgroup/cpu/${group}`;
  return {
    resource: "cpu",
    inode,
    folder,
    steps: [
      { file: `${folder}/cpu.cfs_burst_us`, value: "0" },
      { file: `${folder}/cpu.cfs_quota_us`, value: "-1" },
      { file: `${folder}/cpu.cfs_period_us`, value: "100000" },
      { file: `${folder}/cpu.cfs_quota_us`, value: "50000" },
    ],
  };
}

const web = entryOf("101", "lxc.payload.web");
const db = entryOf("102", "lxc.payload.with a space");

function freshnessTests(harness: () => LeaseHarness): void {
  test("is lapsed until the first beat, then fresh", () => {
    const lease = harness().start();
    assert.equal(lease.state(), "lapsed");
    lease.beat();
    assert.equal(lease.state(), "fresh");
  });

  test("stays fresh as long as it is beaten", () => {
    const lease = harness().start();
    for (let second = 0; second < 3 * lease.seconds; second += 1) {
      lease.beat();
      assert.equal(lease.state(), "fresh", `after ${second} s`);
      harness().pass(1);
    }
  });

  test("lapses before its time is over, so that no write meets the watcher's", () => {
    const lease = harness().start();
    lease.beat();
    harness().pass(lease.seconds - 0.5);
    assert.equal(lease.state(), "lapsed");
  });

  test("a beat does not make a lapsed lease fresh", () => {
    const lease = harness().start();
    lease.beat();
    harness().pass(2 * lease.seconds);
    lease.beat();
    assert.equal(lease.state(), "lapsed");
  });
}

function renewalTests(harness: () => LeaseHarness): void {
  test("a lapsed lease is fresh after it was renewed", () => {
    const lease = harness().start();
    lease.beat();
    harness().pass(2 * lease.seconds);
    assert.equal(lease.renew(), true);
    assert.equal(lease.state(), "fresh");
  });

  test("is not renewed while the watcher puts limits back", () => {
    const lease = harness().start();
    lease.beat();
    harness().pass(2 * lease.seconds);
    harness().setRestoring(true);
    assert.equal(lease.renew(), false);
    assert.equal(lease.state(), "lapsed");
    harness().setRestoring(false);
    assert.equal(lease.renew(), true);
  });

  test("the first beat waits for an earlier server's watcher too", () => {
    harness().setRestoring(true);
    const lease = harness().start();
    lease.beat();
    assert.equal(lease.state(), "lapsed");
    harness().setRestoring(false);
    lease.beat();
    assert.equal(lease.state(), "fresh");
  });

  test("a watcher that never ends does not block for ever", () => {
    const lease = harness().start();
    lease.beat();
    harness().setRestoring(true);
    harness().pass(2 * lease.seconds);
    assert.equal(lease.renew(), false);
    harness().pass(11);
    assert.equal(lease.renew(), true);
  });
}

function listTests(harness: () => LeaseHarness): void {
  test("there is nothing to recover at the very first start", () => {
    assert.deepEqual(harness().start().recover(), []);
  });

  test("what was held is recovered by the next server, steps in their order", () => {
    const first = harness().start();
    first.beat();
    assert.equal(first.hold(web).ok, true);
    assert.equal(first.hold(db).ok, true);
    assert.deepEqual(harness().start().recover(), [web, db]);
  });

  test("what was recovered stays held while more is held", () => {
    harness().start().hold(web);
    harness().start().hold(db);
    assert.deepEqual(harness().start().recover(), [web, db]);
  });

  test("a container's newer entry replaces the older one", () => {
    const lease = harness().start();
    lease.hold(web);
    const newer = { ...web, steps: web.steps.slice(0, 1) };
    assert.equal(lease.hold(newer).ok, true);
    assert.deepEqual(harness().start().recover(), [newer]);
  });

  test("what was dropped is not recovered; the rest is", () => {
    const lease = harness().start();
    lease.hold(web);
    lease.hold(db);
    lease.drop([web, { folder: "/sys/fs/cgroup/cpu/none", resource: "cpu" }]);
    assert.deepEqual(harness().start().recover(), [db]);
  });

  test("two resources whose files lie in one folder do not take each other's place", () => {
    const memory: RestoreEntry = {
      ...web,
      resource: "mem",
      steps: [{ file: `${web.folder}/memory.high`, value: "max" }],
    };
    const lease = harness().start();
    lease.hold(web);
    lease.hold(memory);
    assert.deepEqual(harness().start().recover(), [web, memory]);
    lease.drop([web]);
    assert.deepEqual(harness().start().recover(), [memory]);
  });
}

function endingTests(harness: () => LeaseHarness): void {
  test("after an end with everything released there is nothing to recover", () => {
    const lease = harness().start();
    lease.beat();
    lease.hold(web);
    lease.end("released");
    assert.deepEqual(harness().start().recover(), []);
  });

  test("after an end with limits kept the next server recovers them", () => {
    const lease = harness().start();
    lease.beat();
    lease.hold(web);
    lease.end("keep");
    assert.deepEqual(harness().start().recover(), [web]);
  });

  test("an ended lease holds nothing and is never fresh", () => {
    const lease = harness().start();
    lease.beat();
    lease.end("released");
    const held = lease.hold(web);
    assert.equal(held.ok, false);
    assert.equal(held.ok ? undefined : held.error.code, "SC_LEASE_UNWRITABLE");
    assert.equal(lease.renew(), false);
    assert.equal(lease.state(), "lapsed");
  });
}
