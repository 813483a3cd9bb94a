import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { request } from "node:http";
import { describe, test } from "node:test";
import type { Api } from "@sc/api-client";
import { whyNoRealGroups } from "@sc/cgroup/testing";
import { eventually, Scene } from "./scene.ts";

/** What the server answers under a path, as text. */
function read(socketPath: string, path: string): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const asked = request({ socketPath, path, agent: false }, (incoming) => {
    const parts: string[] = [];
    incoming.setEncoding("utf8").on("data", (part: string) => parts.push(part));
    incoming.on("end", () => resolve(parts.join(""))).on("error", reject);
  });
  asked.on("error", reject).end();
  return promise;
}

const isPromtoolThere = spawnSync("promtool", ["--version"]).status === 0;

describe("who watches a server", { skip: whyNoRealGroups() }, () => {
  test("finds in the metrics what the kernel has, and promtool has nothing to say", {
    skip: !isPromtoolThere && "promtool is missing: npm run setup:debian",
  }, async () => {
    await using scene = await Scene.open("metrics", { containers: ["web"] });
    const { socket } = scene.server;
    await eventually("it is squeezed", () => scene.container("web").isSqueezed());
    const text = await read(socket, "/metrics");
    const { status, stdout, stderr } = spawnSync("promtool", ["check", "metrics"], {
      input: text,
      encoding: "utf8",
    });
    assert.deepEqual([status, stdout, stderr], [0, "", ""]);
    assert.match(text, /^sc_structure_mode\{structure="web",resource="cpu",mode="auto"\} 1$/m);
    assert.match(text, /^sc_structure_cpu_first_limit_cores\{structure="web"\} 0\.8$/m);
    assert.match(text, /^sc_changes_total\{.*outcome="applied".*author="policy"\} [1-9]/m);
    const usedSeconds = () =>
      Number(scene.groups.read("cpuacct", `${scene.container("web").path}/cpuacct.usage`)) / 1e9;
    const told = /^sc_structure_cpu_used_seconds_total\{structure="web"\} (\S+)$/m.exec(text)?.[1];
    assert.ok(Number(told) <= usedSeconds(), `${told} of ${usedSeconds()}`);
  });

  test("sees each change as it happens, and goes on after the last one it saw", async () => {
    await using scene = await Scene.open("stream", { containers: ["web", "shop"] });
    const { api } = scene.server;
    const [web, shop] = [scene.container("web"), scene.container("shop")];
    await eventually("both are squeezed", () => web.isSqueezed() && shop.isSqueezed());
    // From the first message on, so that it does not matter when the stream is there.
    const first = released(api, "web", 0);
    await api.release("web");
    const { number } = await first;
    await api.release("shop");
    assert.ok((await released(api, "shop", number)).number > number);
  });

  test("is told the end of a server, not only that it is silent", async () => {
    await using scene = await Scene.open("stream-end", { containers: [] });
    const { api } = scene.server;
    assert.equal((await api.ready()).isReady, true);
    const settings: unknown[] = [];
    const followed = (async () => {
      for await (const { topic, data } of api.stream({ topics: ["settings"] })) {
        settings.push([topic, data]);
      }
    })();
    await eventually("a change is told", async () => {
      await api.updateSettings("guardian", { noDataSeconds: 45 });
      return settings.length > 0;
    });
    assert.equal(await scene.server.end("SIGTERM"), 0);
    await followed;
  });
});

/** The message that a container's first limit was put back, after the one of a number. */
async function released(api: Api, structure: string, after: number): Promise<{ number: number }> {
  for await (const { topic, number, data } of api.stream({
    topics: ["changes"],
    structure,
    after,
  })) {
    if (topic === "changes" && number !== undefined && data.author === "agent release") {
      return { number };
    }
  }
  throw new Error("the stream ended before it told");
}
