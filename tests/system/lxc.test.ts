import assert from "node:assert/strict";
import type { ChildProcess } from "node:child_process";
import { readFileSync, watch, writeFileSync } from "node:fs";
import { after, before, describe, test } from "node:test";
import { RealContainer, whyNoLxc } from "@sc/lxc/testing";
import { ServerUnderTest } from "@sc/server/testing";
import { type Ended, sctl } from "./command-line.ts";
import { eventually, quickSettings, quietHost } from "./scene.ts";

const firstQuotaUs = 80_000;

describe("a container of LXC", { skip: whyNoLxc() }, () => {
  let container: RealContainer;
  let server: ServerUnderTest;
  const quotaUs = (): number => Number(readFileSync(container.cpuFile("cpu.cfs_quota_us"), "utf8"));
  const run = async (...words: readonly string[]): Promise<Ended> => {
    const ended = await sctl(...words, "--socket", server.socket);
    assert.equal(ended.exitCode, 0, ended.stderr);
    return ended;
  };

  const endOfWork = async (load: ChildProcess): Promise<void> => {
    container.rest();
    if (load.exitCode === null) await new Promise((resolve) => load.once("exit", resolve));
  };

  before(async () => {
    container = new RealContainer();
    container.create([`lxc.cgroup.cpu.cfs_quota_us = ${firstQuotaUs}`]);
    container.start();
    server = await ServerUnderTest.start({
      mount: quietHost,
      configuration: {
        ...quickSettings,
        defaults: { cpu: { mode: "observe", policy: "serverless-rules" } },
        engines: { lxc: { names: [container.name] } },
      },
    });
  });
  after(async () => {
    await server.close();
    container.close();
  });

  test("is never written while it is in observe", async () => {
    const written: string[] = [];
    using _watcher = watchLimitFiles(container, (file) => written.push(file));
    const load = container.work();
    await eventually("its work is seen", async () => {
      const { resources } = await server.api.structure(container.name);
      return (resources.cpu.used ?? 0) > 50;
    });
    await endOfWork(load);
    await eventually("its rest is seen", async () => {
      const { resources } = await server.api.structure(container.name);
      return resources.cpu.used === 0;
    });
    assert.equal(written.join(), "");
    assert.equal(quotaUs(), firstQuotaUs);
    // Written by this test, to see that a write would have been noticed.
    writeFileSync(container.cpuFile("cpu.shares"), "1024", { flag: "r+" });
    await eventually("a write is noticed", () => written.includes("cpu.shares"));
  });

  test("shrinks, grows with its work, shrinks again and is released, by hand", async () => {
    const { name } = container;
    assert.match((await run("ls")).stdout, new RegExp(`^${name} +lxc +observe .*\\b80\\b`, "m"));
    const set = await run("set", name, "--mode", "auto", "--yes");
    assert.match(set.stderr, /80 → .*then between 10 and 80/);
    assert.match(set.stdout, new RegExp(`^${name} cpu: auto by serverless-rules, 10 to 80`));
    await eventually("it shrinks", () => quotaUs() < 30_000);
    const load = container.work();
    await eventually("it grows", () => quotaUs() > 60_000);
    assert.match((await run("explain", name)).stdout, /usage-above-upper|inside-band|at-max/);
    await endOfWork(load);
    await eventually("it shrinks again", () => quotaUs() < 30_000);
    assert.match(
      (await run("ls")).stdout,
      new RegExp(`^${name} +lxc +auto .*usage-below-lower`, "m"),
    );
    assert.match((await run("changes", name)).stdout, /26 +80 +applied .*used .* above/);
    await run("release", name);
    assert.equal(quotaUs(), firstQuotaUs);
  });

  test("takes what a person sets with LXC's own tool for its owner's wish", async () => {
    const { name } = container;
    await run("set", name, "--mode", "auto", "--yes");
    await eventually("it shrinks", () => quotaUs() < 30_000);
    await run("pause", name);
    container.run("lxc-cgroup", "cpu.cfs_quota_us", "50000");
    await eventually("it is noticed", async () => {
      const [change] = await server.api.changes({ structure: name, limit: 1 });
      return change?.reason.code === "drift-adopted" && change.new === 50;
    });
    await run("release", name);
    assert.equal(quotaUs(), 50_000);
  });

  test("has its first limit again when it was restarted in auto", async () => {
    const { name } = container;
    await run("resume", name);
    await run("set", name, "--mode", "auto", "--yes");
    await eventually("it shrinks", () => quotaUs() < 30_000);
    const { id } = await server.api.structure(name);
    container.stop();
    container.start();
    await eventually("it is found anew, with the limit that LXC gave it", async () => {
      const now = await server.api.structures();
      const found = now.find((structure) => structure.name === name && structure.id !== id);
      return found?.resources.cpu.first === 80;
    });
    await run("release", name);
    assert.equal(quotaUs(), firstQuotaUs);
  });
});

/** Calls for every write of one of its limits, whoever writes. */
function watchLimitFiles(container: RealContainer, onWrite: (file: string) => void): Disposable {
  const watcher = watch(container.cpuFile(""), (_event, file) => {
    // LXC writes cgroup.procs when something is started inside.
    if (file?.startsWith("cpu.") === true) onWrite(file);
  });
  return { [Symbol.dispose]: () => watcher.close() };
}
