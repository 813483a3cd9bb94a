import assert from "node:assert/strict";
import { readFileSync, watch } from "node:fs";
import { after, before, describe, test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import type { Change, UsageHistory } from "@sc/contracts";
import { RealContainer, whyNoLxc } from "@sc/lxc/testing";
import { noBrakes, ServerUnderTest } from "@sc/server/testing";
import { eventually } from "./scene.ts";

const program = fileURLToPath(new URL("phased-load.ts", import.meta.url));
const bytesPerMib = 1_048_576;
const watchedSeconds = 60;
/** The kernel's counters and the server's readings are never of one moment. */
const readingSeconds = 1.5;

const loads = {
  web: [
    { seconds: 8, cpuPercent: 70, memMib: 40 },
    { seconds: 6, cpuPercent: 5, memMib: 40 },
    { seconds: 8, cpuPercent: 60, memMib: 160 },
    { seconds: 8, cpuPercent: 15, memMib: 160 },
    { seconds: 60, cpuPercent: 40, memMib: 60 },
  ],
  db: [
    { seconds: 10, cpuPercent: 10, memMib: 200 },
    { seconds: 10, cpuPercent: 60, memMib: 200 },
    { seconds: 10, cpuPercent: 20, memMib: 80 },
    { seconds: 60, cpuPercent: 50, memMib: 80 },
  ],
} as const;

/** What policies and agent may give as the reason of a change that was applied. */
const reasonsOfPolicy: ReadonlySet<string> = new Set([
  "bucket-runs-low",
  "bucket-stays-full",
  "period-shortened",
  "memory-needed",
  "memory-unneeded",
  "cache-read-again",
  "above-max",
  "below-min",
  "cut-to-brake",
  "cut-to-host",
]);

/** The kernel's own account of a container over the time that is proved. */
interface KernelAccount {
  readonly cpuSeconds: number;
  readonly throttledSeconds: number;
  /** Of what cannot be reclaimed, from readings of the kernel's files. */
  readonly memMibSeconds: number;
}

const read = (path: string): string => readFileSync(path, "utf8").trim();
const keyed = (path: string, key: string): number =>
  Number(new RegExp(`^${key} (\\d+)$`, "m").exec(read(path))?.[1]);

class Proved {
  readonly container: RealContainer;
  #memMibSeconds = 0;
  #readAt: number | undefined;
  #begin = { cpuSeconds: 0, throttledSeconds: 0 };

  constructor(label: string) {
    this.container = new RealContainer(label);
    this.container.createWithProgram(program, [
      "lxc.cgroup.cpu.cfs_quota_us = 150000",
      `lxc.cgroup.memory.limit_in_bytes = ${512 * bytesPerMib}`,
    ]);
    this.container.start();
  }

  get name(): string {
    return this.container.name;
  }

  begin(): void {
    this.#begin = this.#counters();
    this.#readAt = performance.now();
    this.#memMibSeconds = 0;
  }

  /** To be called often: memory has no counter in the kernel. */
  readMemory(): void {
    const now = performance.now();
    const seconds = (now - (this.#readAt ?? now)) / 1000;
    const stat = this.container.groupFile("memory", "memory.stat");
    const cached = keyed(stat, "total_active_file") + keyed(stat, "total_inactive_file");
    const charged = Number(read(this.container.groupFile("memory", "memory.usage_in_bytes")));
    this.#memMibSeconds += ((charged - cached) / bytesPerMib) * seconds;
    this.#readAt = now;
  }

  account(): KernelAccount {
    const now = this.#counters();
    return {
      cpuSeconds: now.cpuSeconds - this.#begin.cpuSeconds,
      throttledSeconds: now.throttledSeconds - this.#begin.throttledSeconds,
      memMibSeconds: this.#memMibSeconds,
    };
  }

  #counters() {
    const stat = this.container.cpuFile("cpu.stat");
    return {
      cpuSeconds: Number(read(this.container.groupFile("cpuacct", "cpuacct.usage"))) / 1e9,
      throttledSeconds: keyed(stat, "throttled_time") / 1e9,
    };
  }
}

describe("a minute with two real containers in auto and one in observe", {
  skip: whyNoLxc(),
}, () => {
  let server: ServerUnderTest;
  let web: Proved;
  let db: Proved;
  let observed: RealContainer;
  const written: string[] = [];
  const watches: Disposable[] = [];
  const histories = new Map<string, UsageHistory>();
  const accounts = new Map<string, KernelAccount>();

  before(async () => {
    web = new Proved("web");
    db = new Proved("db");
    observed = new RealContainer("observed");
    observed.create(["lxc.cgroup.cpu.cfs_quota_us = 90000"]);
    observed.start();
    server = await ServerUnderTest.start({
      configuration: {
        engines: { lxc: { names: [web.name, db.name, observed.name] } },
        host: { ownGroup: false, reservePercent: 0, overcommit: 10 },
        brakes: noBrakes,
      },
    });
    watches.push(watchLimits(observed, written));
    await proveAMinute();
  });
  after(async () => {
    for (const each of watches) each[Symbol.dispose]();
    await server.close();
    for (const { container } of [web, db]) container.close();
    observed.close();
  });

  async function proveAMinute(): Promise<void> {
    for (const { name } of [web, db]) {
      await server.api.setLimits(name, { resource: "cpu", min: 10, max: 150 });
      await server.api.setLimits(name, { resource: "mem", min: 64, max: 512 });
      await server.api.setMode(name, { mode: "auto", resources: ["cpu", "mem"] });
    }
    const running = [
      web.container.spawn(JSON.stringify(loads.web)),
      db.container.spawn(JSON.stringify(loads.db)),
    ];
    const load = observed.work();
    // The first readings are over before the time begins that is compared.
    await delay(2000);
    const from = Date.now() / 1000;
    for (const each of [web, db]) each.begin();
    while (Date.now() / 1000 < from + watchedSeconds) {
      await delay(100);
      for (const each of [web, db]) each.readMemory();
    }
    const to = Date.now() / 1000;
    for (const each of [web, db]) accounts.set(each.name, each.account());
    // The snapshot after the end holds what belongs to the last second.
    await delay(2500);
    for (const { name } of [web, db]) {
      histories.set(name, await server.api.usageHistory(name, { from, to, step: 1 }));
    }
    for (const each of running) {
      assert.equal(each.exitCode, null, "the load ended before its time");
      each.kill("SIGKILL");
    }
    observed.rest();
    load.kill("SIGKILL");
  }

  const of = (proved: Proved) => {
    const history = histories.get(proved.name);
    const account = accounts.get(proved.name);
    assert.ok(history !== undefined && account !== undefined);
    return { history, account, sums: history.sums };
  };

  const appliedTo = async (name: string): Promise<readonly Change[]> =>
    (await server.api.changes({ structure: name, limit: 10_000 })).filter(
      ({ outcome }) => outcome === "applied",
    );

  for (const label of ["web", "db"] as const) {
    const proved = (): Proved => (label === "web" ? web : db);

    test(`the history of ${label} sums to what the kernel counted`, () => {
      const { account, sums } = of(proved());
      const near = (sum: number | null, counted: number, perSecond: number, what: string): void => {
        const slack = Math.max(counted * 0.03, perSecond * readingSeconds);
        const differs = Math.abs((sum ?? Number.NaN) - counted);
        assert.ok(differs <= slack, `${what}: ${sum} in the history, ${counted} counted`);
      };
      near(sums.cpu.used, account.cpuSeconds, 1, "core-seconds");
      near(sums.throttledSeconds, account.throttledSeconds, 1, "seconds throttled");
      near(sums.mem.used, account.memMibSeconds, 250, "MiB-seconds");
      assert.ok(sums.seconds > watchedSeconds - readingSeconds, `${sums.seconds} s are known`);
    });

    test(`${label} is better utilized than with its fixed limits, cpu and memory`, async () => {
      const { sums } = of(proved());
      for (const resource of ["cpu", "mem"] as const) {
        const { used, allocated, reserved } = sums[resource];
        assert.ok(used !== null && allocated !== null && reserved !== null);
        const [scaled, fixed] = [used / allocated, used / reserved];
        assert.ok(scaled > 1.2 * fixed, `${resource}: ${scaled} against ${fixed}`);
        assert.ok(scaled < 1, `${resource}: ${scaled}`);
      }
    });

    test(`every change of ${label} says who, why, from what and to what, and they join up`, async () => {
      const changes = (await appliedTo(proved().name)).toReversed();
      for (const resource of ["cpu", "mem"] as const) {
        assertExplained(changes.filter((change) => change.resource === resource));
      }
      const { summary } = await server.api.explain(proved().name);
      assert.match(summary, /is scaled between 10 and 150 shares/);
    });
  }

  test("no process of theirs was ended by the kernel", () => {
    for (const { container } of [web, db]) {
      assert.equal(keyed(container.groupFile("memory", "memory.oom_control"), "oom_kill"), 0);
    }
  });

  test("what is in observe was measured, and none of its limits was ever written", async () => {
    const { resources, accounting } = await server.api.structure(observed.name);
    assert.equal(resources.cpu.mode, "observe");
    assert.ok(accounting.usedCoreSeconds > 10);
    assert.deepEqual(written, []);
    assert.deepEqual(await appliedTo(observed.name), []);
    // A write would have been seen.
    observed.run("lxc-cgroup", "cpu.shares", "1000");
    await eventually("a write is seen", () => written.length > 0);
  });
});

/** Each from what the one before left, with author and reason. */
function assertExplained(changes: readonly Change[]): void {
  assert.ok(changes.length > 0);
  for (const [index, { author, reason, old }] of changes.entries()) {
    assert.ok(author === "policy burst-quota" || author === "policy memory-pressure", author);
    assert.ok(reasonsOfPolicy.has(reason.code), reason.code);
    assert.match(reason.text, /used [\d.]+ of [\d.]+ (shares|MiB)/);
    const before = changes[index - 1];
    if (before !== undefined) assert.equal(old, before.new);
  }
}

/** Notes every write of one of its limits, whoever writes; LXC writes cgroup.procs when something starts. */
function watchLimits(container: RealContainer, written: string[]): Disposable {
  const note = (_event: string, file: string | null): void => {
    if (file !== null && !file.startsWith("cgroup.") && file !== "tasks") written.push(file);
  };
  const watchers = [container.cpuFile(""), container.groupFile("memory", "")].map((path) =>
    watch(path, note),
  );
  return {
    [Symbol.dispose]: () => {
      for (const watcher of watchers) watcher.close();
    },
  };
}
