import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, type TestContext, test } from "node:test";
import { setTimeout } from "node:timers/promises";
import type { Log } from "@sc/ports";
import { LeaseFile } from "./lease-file.ts";
import {
  cannotUseCgroups,
  entryFor,
  eventually,
  RestoreFixture,
  read,
  scriptPath,
} from "./restore-fixture.ts";

/** A run folder with one squeezed container, a stand-in for the server, and a beat of its own. */
function begin(context: TestContext) {
  const fixture = new RestoreFixture();
  context.after(() => fixture.close());
  const folder = fixture.makeFolder("web", { quota: "20000" });
  fixture.writeList([entryFor(folder, [["quota", "50000"]])]);
  fixture.beat("a");
  const server = fixture.startServer();
  return { fixture, folder, server, watching: fixture.watch("a", server.pid) };
}

// Each waits for leases to end, so they wait together.
describe("sc-restore --watch", { concurrency: true }, () => {
  test("puts limits back when the heartbeat is older than the lease", async (context) => {
    const { fixture, folder, watching } = begin(context);
    await eventually("the limit is back", () => read(folder, "quota") === "50000");
    await eventually("the marker", () => fixture.has("restored") && !fixture.has("restoring"));
    assert.match(watching.said(), /putting limits back/);
  });

  test("leaves limits alone while the heartbeat is fresh", async (context) => {
    const { fixture, folder, watching } = begin(context);
    for (let beats = 0; beats < 10; beats += 1) {
      fixture.beat("a");
      await setTimeout(500);
    }
    assert.equal(read(folder, "quota"), "20000");
    assert.equal(watching.said(), "");
  });

  test("ends when the server is dead and everything is back", async (context) => {
    const { folder, server, watching } = begin(context);
    server.kill("SIGKILL");
    assert.equal(await watching.ended, 0);
    assert.equal(read(folder, "quota"), "50000");
  });

  test("tries again, and ends with 1, when something cannot be put back", async (context) => {
    const { fixture, folder, server, watching } = begin(context);
    fixture.writeList([entryFor(folder, [["missing", "1"]])]);
    server.kill("SIGKILL");
    assert.equal(await watching.ended, 1);
    assert.equal(watching.said().split("could not write").length - 1, 5);
  });

  test("ends without a write when a newer server took over", async (context) => {
    const { fixture, folder, watching } = begin(context);
    fixture.beat("b", 3600);
    assert.equal(await watching.ended, 0);
    assert.equal(read(folder, "quota"), "20000");
  });

  test("ends without a write when the server ended cleanly", async (context) => {
    const { fixture, folder, watching } = begin(context);
    fixture.remove("heartbeat");
    assert.equal(await watching.ended, 0);
    assert.equal(read(folder, "quota"), "20000");
  });

  test("takes a heartbeat that cannot be read for no sign of life", async (context) => {
    const { fixture, folder } = begin(context);
    fixture.write("heartbeat", "a soon\n");
    await eventually("the limit is back", () => read(folder, "quota") === "50000");
  });

  test("restores once for a stopped server, and again only after it was back", async (context) => {
    const { fixture, folder, server } = begin(context);
    server.kill("SIGSTOP");
    await eventually("the first restore", () => fixture.has("restored"));
    fixture.remove("restored");
    // A person's change while the server stands still must stay.
    writeFileSync(join(folder, "quota"), "33000\n");
    await setTimeout(4000);
    assert.equal(read(folder, "quota"), "33000");
    server.kill("SIGCONT");
    fixture.beat("a");
    await eventually("the second restore", () => fixture.has("restored"));
    assert.equal(read(folder, "quota"), "50000");
  });

  test("a lease that stops beating is restored by the watcher it started", async (context) => {
    const fixture = new RestoreFixture();
    context.after(() => fixture.close());
    const folder = fixture.makeFolder("web", { quota: "20000" });
    const said: string[] = [];
    const log: Log = { info: (text) => said.push(text), warn: () => {}, error: () => {} };
    const lease = new LeaseFile({
      runFolder: fixture.runFolder,
      leaseSeconds: 3,
      watcherPath: scriptPath,
      log,
    });
    lease.beat();
    assert.equal(lease.hold(entryFor(folder, [["quota", "50000"]])).ok, true);
    await eventually("the limit is back", () => read(folder, "quota") === "50000");
    assert.equal(lease.state(), "lapsed");
    await eventually("the lease is renewed", () => lease.renew());
    assert.equal(lease.state(), "fresh");
    assert.deepEqual(said, ["the lease is renewed"]);
    lease.end("released");
  });

  test("a squeezed cpu group is back after its server died", {
    skip: cannotUseCgroups,
  }, async (context) => {
    const fixture = new RestoreFixture();
    context.after(() => fixture.close());
    const group = fixture.makeGroup("watched");
    writeFileSync(join(group, "cpu.cfs_quota_us"), "20000");
    fixture.writeList([entryFor(group, [["cpu.cfs_quota_us", "80000"]])]);
    const server = fixture.startServer();
    fixture.beat("a");
    const watching = fixture.watch("a", server.pid);
    server.kill("SIGKILL");
    assert.equal(await watching.ended, 0);
    assert.equal(read(group, "cpu.cfs_quota_us"), "80000");
  });
});
