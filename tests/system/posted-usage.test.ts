import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { gzipSync } from "node:zlib";
import { RealGroups, whyNoRealGroups } from "@sc/cgroup/testing";
import { noBrakes, ServerUnderTest, until } from "@sc/server/testing";
import { AtopFeeder, whyNoAtop } from "./atop-feeder.ts";

const patienceSeconds = 20;

/** A server whose container does nothing, and a monitor that says otherwise. */
class PostedScene implements AsyncDisposable {
  readonly server: ServerUnderTest;
  readonly groups: RealGroups;

  private constructor(server: ServerUnderTest, groups: RealGroups) {
    this.server = server;
    this.groups = groups;
  }

  static async open(label: string, source: "own" | "posted"): Promise<PostedScene> {
    const groups = new RealGroups(label);
    groups.make(`${groups.root}/web`);
    groups.write("cpu", `${groups.root}/web/cpu.cfs_quota_us`, "50000");
    const server = new ServerUnderTest({
      configuration: {
        engines: { lxc: { enabled: false }, plain: { roots: [groups.root] } },
        defaults: { cpu: { mode: "auto", policy: "serverless-rules" } },
        // Whoever is idle keeps its limit for as long as the test lasts.
        serverlessRules: { eventTimeoutWindows: 1000, cpu: { downEvents: 1000 } },
        brakes: noBrakes,
        monitor: { listen: "127.0.0.1:0" },
        usage: { source },
        log: { level: "info", format: "json" },
      },
    });
    const scene = new PostedScene(server, groups);
    try {
      await server.start();
      await server.api.setLimits("web", { resource: "cpu", max: 200 });
      await until("it serves monitors", () => scene.url !== undefined, patienceSeconds);
    } catch (error) {
      await scene[Symbol.asyncDispose]();
      throw error;
    }
    return scene;
  }

  get url(): string | undefined {
    const port = /"serving monitors".*?"port":(\d+)/.exec(this.server.log())?.[1];
    return port === undefined ? undefined : `http://127.0.0.1:${port}`;
  }

  async #ask(path: string, body: unknown): Promise<Response> {
    return fetch(`${this.url}${path}`, {
      method: "POST",
      body: gzipSync(JSON.stringify(body)),
      headers: { "content-type": "application/json", "content-encoding": "gzip" },
    });
  }

  /** As BDWatchdog posts what two processes of the container use together. */
  async post(usedShares: number): Promise<void> {
    const timestamp = String(Date.now());
    const points = ["1", "7"].flatMap((pid) =>
      ["user", "kernel"].map((kind) => ({
        metric: `proc.cpu.${kind}`,
        timestamp,
        value: (usedShares / 4).toFixed(2),
        tags: { host: "web", pid, command: `command${pid}` },
      })),
    );
    const { status } = await this.#ask("/api/put", points);
    assert.equal(status, 204);
  }

  async query(metric: string, tags: object): Promise<unknown> {
    const queries = [{ aggregator: "zimsum", metric, tags, downsample: "5s-avg" }];
    return (await this.#ask("/api/query", { start: "1m-ago", queries })).json();
  }

  /** By the begin of their bucket. */
  async valuesOf(metric: string, tags: object): Promise<ReadonlyMap<string, number>> {
    const answer = (await this.query(metric, tags)) as readonly {
      readonly dps: Readonly<Record<string, number>>;
    }[];
    return new Map(Object.entries(answer[0]?.dps ?? {}));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.server.close();
    await this.groups.close();
  }
}

const isForMore = (amount: number, text: string): boolean =>
  amount > 0 && text.startsWith("used 60 of");

describe("what a monitor posts", { skip: whyNoRealGroups() }, () => {
  test("is decided about instead of what the agent measures, where the configuration says so", async () => {
    await using scene = await PostedScene.open("posted", "posted");
    // Whether the host has room for it, this machine says, which may be busy.
    await until(
      "more is asked for",
      async () => {
        await scene.post(60);
        await delay(200);
        const requests = await scene.server.api.requests({ structure: "web" });
        return requests.some(({ amount, reason }) => isForMore(amount, reason.text));
      },
      patienceSeconds,
    );
    const [answer] = (await scene.query("proc.cpu.user", { host: "web" })) as { dps: object }[];
    assert.deepEqual(new Set(Object.values(answer?.dps ?? {})), new Set([30]));
  });

  test("is kept and answered and decides nothing, where it does not", async () => {
    await using scene = await PostedScene.open("posted-own", "own");
    for (let sent = 0; sent < 10; sent += 1) {
      await scene.post(60);
      await delay(100);
    }
    const requests = await scene.server.api.requests({ structure: "web" });
    assert.deepEqual(
      requests.filter(({ amount }) => amount > 0),
      [],
    );
    const answer = await scene.query("proc.cpu.kernel", { host: "w*" });
    assert.partialDeepStrictEqual(answer, [{ tags: { host: "web" }, metric: "proc.cpu.kernel" }]);
    await until(
      "our own history tells what the agent measured",
      async () => {
        const own = await scene.query("structure.cpu.current", { structure: "web" });
        return JSON.stringify(own).includes(":50");
      },
      patienceSeconds,
    );
  });

  test("is what atop measures of a container, and about what the agent does", {
    skip: whyNoAtop(),
  }, async () => {
    await using scene = await PostedScene.open("posted-atop", "posted");
    const { groups } = scene;
    groups.run(`${groups.root}/web`, "while :; do :; done");
    const tasks = () => groups.read("cpu", `${groups.root}/web/tasks`).split("\n");
    await using feeder = new AtopFeeder({
      url: `${scene.url}/api/put`,
      host: "web",
      isInside: (pid) => tasks().includes(pid),
    });
    await until(
      "atop has told of it in four buckets",
      async () => {
        const text = JSON.stringify(await scene.query("proc.cpu.user", { host: "web" }));
        return (text.match(/"\d+":\d/g)?.length ?? 0) >= 4;
      },
      40,
    );
    assert.deepEqual(new Set(feeder.statuses), new Set([204]));
    const told = await scene.valuesOf("proc.cpu.user", { host: "web" });
    const measured = await scene.valuesOf("structure.cpu.usage", { structure: "web" });
    // The first and the last bucket either of them has a part of.
    const shared = [...told.keys()].filter((stamp) => measured.has(stamp)).slice(1, -1);
    const meanOf = (values: ReadonlyMap<string, number>): number =>
      shared.reduce((sum, stamp) => sum + (values.get(stamp) ?? 0), 0) / shared.length;
    const [posted, own] = [meanOf(told), meanOf(measured)];
    // One thread: of a core what its policy lets it have by then, and a busy machine gives.
    assert.ok(posted > 0 && posted < 110 && own > 0, `${posted} posted, ${own} measured`);
    assert.ok(posted / own > 0.4 && posted / own < 2.5, `${posted} posted, ${own} measured`);
  });
});
