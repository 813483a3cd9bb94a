/* A container of LXC on cgroup v2, and the server as its operator sees it. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, describe, test } from "node:test";
import { RealContainer, whyNoLxc } from "@sc/lxc/testing";
import { ServerUnderTest } from "@sc/server/testing";
import { type Ended, sctl } from "../system/command-line.ts";
import { eventually, quickSettings, quietHost } from "../system/scene.ts";

const first = { "cpu.max": "40000 50000", "memory.high": "max", "memory.max": "268435456" };

describe("a container of LXC on cgroup v2", { skip: whyNoLxc() }, () => {
  let container: RealContainer;
  let server: ServerUnderTest;
  before(async () => {
    container = new RealContainer();
    const { "cpu.max": cpu, "memory.max": memory } = first;
    container.create([`lxc.cgroup2.cpu.max = ${cpu}`, `lxc.cgroup2.memory.max = ${memory}`]);
    container.start();
    server = await ServerUnderTest.start({
      mount: quietHost,
      configuration: {
        ...quickSettings,
        defaults: {
          cpu: { mode: "auto", policy: "serverless-rules" },
          mem: { mode: "auto", min: 64, policy: "serverless-rules" },
        },
        engines: { lxc: { names: [container.name] } },
      },
    });
  });
  after(async () => {
    await server.close();
    container.close();
  });

  const read = (file: string): string =>
    readFileSync(container.groupFile("cpu", file), "utf8").trim();
  const quotaUs = (): number => Number.parseInt(read("cpu.max"), 10);
  const run = (...words: readonly string[]): Promise<Ended> =>
    sctl(...words, "--socket", server.socket);
  const isSqueezed = (): boolean => quotaUs() < 20_000 && Number(read("memory.high")) > 0;

  test("is squeezed, grows with its work, and is squeezed again", async () => {
    await eventually("it is squeezed, cpu and memory", isSqueezed);
    const load = container.work();
    await eventually("it grows", () => quotaUs() > 30_000);
    container.rest();
    if (load.exitCode === null) await new Promise((resolve) => load.once("exit", resolve));
    await eventually("it is squeezed again", isSqueezed);
    const listed = await run("ls");
    assert.match(listed.stdout, new RegExp(`^${container.name} +lxc +auto `, "m"));
  });

  test("stands on a host that doctor knows", async () => {
    const { stdout } = await run("doctor", "--config", server.configFile);
    for (const line of [/^ok +control groups +v2$/m, /^ok +delegation /m, /^ok +LXC /m])
      assert.match(stdout, line);
  });

  test("can be changed by LXC's own tool meanwhile, and that is taken for its owner's wish", async () => {
    const { name } = container;
    container.run("lxc-cgroup", "cpu.max", "20000 50000");
    await eventually("it is noticed", async () => {
      const changes = await server.api.changes({ structure: name, limit: 20 });
      return changes.some((change) => change.reason.code === "drift-adopted" && change.new === 40);
    });
    await server.api.release(name);
    assert.equal(read("cpu.max"), "20000 50000");
  });

  test("has the limits of its configuration when it was started anew, and again when it is released", async () => {
    const { name } = container;
    await server.api.setMode(name, { mode: "auto", resources: ["cpu", "mem"] });
    const { id } = await server.api.structure(name);
    container.stop();
    container.start();
    await eventually("it is found anew, and squeezed", async () => {
      const now = await server.api.structures();
      return now.some((one) => one.name === name && one.id !== id) && isSqueezed();
    });
    await server.api.release(name);
    const files = Object.keys(first).map((file) => [file, read(file)]);
    assert.deepEqual(Object.fromEntries(files), first);
  });
});
