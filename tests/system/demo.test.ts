import assert from "node:assert/strict";
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { existsSync, globSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, test } from "node:test";
import { findHierarchies } from "@sc/cgroup";
import { whyNoRealGroups } from "@sc/cgroup/testing";
import { repository } from "./command-line.ts";
import { eventually } from "./scene.ts";

const program = join(repository, "apps/demo/src/main.ts");
const nobody = "65534";
/** The demo alone takes a minute and a half. */
const demoSecondsMax = 180;

describe("the demo", { skip: whyNoRealGroups() }, () => {
  test("shows that scaled containers use more of what they hold, and leaves nothing", async () => {
    const hadPivot = hasPivot();
    const demo = new Demo(process.execPath, [program, "--json"]);
    assert.equal(await demo.ended(), 0, demo.said.stderr);
    const { containers, rows } = resultOf(demo);
    assert.match(containers, /^(lxc|plain-cgroups)$/);
    assert.deepEqual(
      rows.map(({ arm }) => arm),
      ["fixed", "scaled"],
    );
    const [fixed, scaled] = rows;
    assert.ok(fixed !== undefined && scaled !== undefined);
    assert.ok(scaled.utilization > fixed.utilization, JSON.stringify(rows));
    assert.ok(scaled.changes > 0 && fixed.changes === 0, JSON.stringify(rows));
    assert.deepEqual(demo.leftBehind(), []);
    assert.equal(hasPivot(), hadPivot);
  });

  test("leaves nothing when it is interrupted in its middle", async () => {
    const demo = new Demo(process.execPath, [program, "--json"]);
    await eventually(
      "the first run is under way",
      () => /First run.*used/s.test(demo.said.stderr),
      60,
    );
    const serverGroup = serverGroupOf(demo);
    assert.ok(existsSync(serverGroup), serverGroup);
    demo.process.kill("SIGINT");
    assert.equal(await demo.ended(), 130, demo.said.stderr);
    assert.match(demo.said.stderr, /ended by SIGINT/);
    assert.deepEqual(demo.leftBehind(), []);
    assert.equal(existsSync(serverGroup), false);
  });

  test("runs on a simulated host, and says so, for who may not make containers", async (t) => {
    const asNobody = ["--reuid", nobody, "--regid", nobody, "--clear-groups"];
    if (spawnSync("setpriv", [...asNobody, "test", "-r", program]).status !== 0) {
      t.skip("needs a tree that every user may read");
      return;
    }
    const demo = new Demo("setpriv", [...asNobody, process.execPath, program, "--json"]);
    assert.equal(await demo.ended(), 0, demo.said.stderr);
    assert.match(demo.said.stderr, /this is not root\): the host is simulated/);
    const { containers, rows } = resultOf(demo);
    assert.equal(containers, "simulated");
    assert.ok((rows[1]?.utilization ?? 0) > (rows[0]?.utilization ?? 0), JSON.stringify(rows));
    assert.deepEqual(demo.leftBehind(), []);
  });
});

/** One run of the demo: what it says, and what there is of it on the machine. */
class Demo {
  readonly process: ChildProcess;
  readonly said = { stdout: "", stderr: "" };
  readonly #closed: Promise<number | null>;

  constructor(command: string, words: readonly string[]) {
    const child = spawn(command, words, { stdio: ["ignore", "pipe", "pipe"] });
    for (const stream of ["stdout", "stderr"] as const) {
      child[stream].setEncoding("utf8").on("data", (text: string) => {
        this.said[stream] += text;
      });
    }
    this.#closed = new Promise((resolve) => child.once("close", resolve));
    this.process = child;
  }

  /** Its exit status. Interrupted when it takes far too long: it then cleans up. */
  async ended(): Promise<number | null> {
    const tooLong = setTimeout(() => this.process.kill("SIGINT"), demoSecondsMax * 1000);
    return this.#closed.finally(() => clearTimeout(tooLong));
  }

  /** Every folder, group and process that carries its name. */
  leftBehind(): readonly string[] {
    const name = `sc-demo-${this.process.pid}`;
    return [
      ...globSync(join(tmpdir(), `${name}-*`)),
      ...globSync(`/sys/fs/cgroup/*/*${name}*`),
      ...this.processes(),
    ];
  }

  processes(): readonly string[] {
    const mark = `/sc-demo-${this.process.pid}-`;
    return globSync("/proc/[0-9]*").filter((folder) =>
      readIfThere(`${folder}/cmdline`).includes(mark),
    );
  }
}

/** The cpu group that the demo's server made for itself. */
function serverGroupOf(demo: Demo): string {
  for (const folder of demo.processes()) {
    const group = /^\d+:[^:]*\bcpu\b[^:]*:(\/serverless-containers.*)$/m.exec(
      readIfThere(`${folder}/cgroup`),
    )?.[1];
    if (group !== undefined) return findHierarchies().cpu + group;
  }
  return "no process of the demo is in a group of its server";
}

const hasPivot = (): boolean => existsSync(`${findHierarchies().cpu}/lxc.pivot`);

/** Processes end while one looks. */
function readIfThere(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}

interface DemoResult {
  readonly containers: string;
  readonly rows: readonly {
    readonly arm: string;
    readonly utilization: number;
    readonly changes: number;
  }[];
}

/** The last line of what it printed. */
function resultOf(demo: Demo): DemoResult {
  const result: DemoResult = JSON.parse(demo.said.stdout.trimEnd().split("\n").at(-1) ?? "");
  return result;
}
