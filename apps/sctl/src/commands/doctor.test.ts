import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { ApiError, ServerUnreachable } from "@sc/api-client";
import type { Health } from "@sc/contracts";
import type { Machine } from "../doctor/machine.ts";
import { CommandFailed } from "../errors.ts";
import { healthyFiles, machineWith } from "../testing/machine-fixture.ts";
import { sessionFor } from "../testing/session-fixture.ts";
import type { ConfigurationCheck } from "./config.ts";
import { doctor } from "./doctor.ts";

const valid: ConfigurationCheck = {
  isValid: true,
  configuration: {
    runFolder: "/run/sc",
    stateFolder: "/var/lib/sc",
    engines: { lxc: { enabled: true } },
    api: { socket: "/run/sc/api.sock" },
  },
};

const healthy: Health = {
  isReady: true,
  status: "ok",
  host: "host1",
  isPaused: false,
  uptimeSeconds: 5000,
  containers: 3,
  inAuto: 1,
  services: [{ name: "guardian", status: "running" }],
  history: { lostReadings: 0, lostRecords: 0, queued: 0, sizeMib: 12.3 },
  problems: [],
};

interface Situation {
  readonly machine?: Machine;
  readonly configuration?: ConfigurationCheck | undefined;
  readonly health?: () => Promise<Health>;
  readonly server?: string;
}

interface Report {
  readonly problems: number;
  readonly warnings: number;
  readonly findings: readonly {
    readonly check: string;
    readonly status: string;
    readonly text: string;
    readonly nextStep?: string;
  }[];
}

async function reportOf(situation: Situation): Promise<{ report: Report; isFailed: boolean }> {
  const { api, output, session } = sessionFor({ format: "json" });
  api.health = situation.health ?? (async () => healthy);
  const options = {
    machine: situation.machine ?? machineWith({}),
    configuration: "configuration" in situation ? situation.configuration : valid,
    server: situation.server,
  };
  let isFailed = false;
  await doctor(session, options).catch((error: unknown) => {
    isFailed = error instanceof CommandFailed && error.code === "SC_PROBLEMS_FOUND";
    if (!isFailed) throw error;
  });
  return { report: JSON.parse(output()), isFailed };
}

const without = (...paths: readonly string[]): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(healthyFiles).filter(([path]) => !paths.includes(path)));

const silent = async (): Promise<Health> => {
  throw new ServerUnreachable({ address: "/run/sc/api.sock", why: "the socket is not there" });
};

describe("doctor", () => {
  test("finds nothing where all is well", async () => {
    const { report, isFailed } = await reportOf({});
    assert.deepEqual(
      report.findings.filter(({ status }) => status !== "ok"),
      [],
    );
    assert.equal(isFailed, false);
  });

  test("shows people a table, and what to do below it", async () => {
    const { api, output, session } = sessionFor();
    api.health = silent;
    await doctor(session, { machine: machineWith({ isRoot: false }), configuration: valid });
    assert.match(output(), /^STATUS +CHECK +FOUND\nok +system +Linux$/m);
    assert.match(output(), /^warning +user +not root/m);
    assert.match(output(), /\n\nWhat to do\nuser: run .* as root\nserver: start it with/);
  });

  test("does without a server, and says so", async () => {
    const { report, isFailed } = await reportOf({ health: silent });
    const [server] = report.findings.filter(({ check }) => check === "server");
    assert.equal(server?.status, "warning");
    assert.match(server?.text ?? "", /the socket is not there; .* not checked/);
    assert.equal(isFailed, false);
  });

  test("does not take the default folders for those of a server that was named", async () => {
    const { report } = await reportOf({ server: "/elsewhere/api.sock" });
    const checks = report.findings.map(({ check }) => check);
    assert.ok(checks.includes("folders"));
    for (const folder of ["state folder", "run folder"]) assert.ok(!checks.includes(folder));
    const known = await reportOf({ server: "/run/sc/api.sock" });
    assert.ok(known.report.findings.some(({ check }) => check === "run folder"));
  });

  test("looks at nothing of the kernel where there is no Linux", async () => {
    const { report } = await reportOf({ machine: machineWith({ platform: "darwin" }) });
    assert.equal(
      report.findings.some(({ check }) => check === "control groups"),
      false,
    );
    assert.equal(report.findings[0]?.status, "problem");
  });
});

test("finds nothing wrong with a host that has v2 alone", async () => {
  const { report } = await reportOf({ machine: machineWith({ files: onV2 }) });
  assert.deepEqual([report.problems, report.warnings], [0, 0]);
  assert.equal(report.findings.find(({ check }) => check === "control groups")?.text, "v2");
});

const v2Mounts = "cgroup2 /sys/fs/cgroup cgroup2 rw 0 0";
const cpuMounts = "cgroup /sys/fs/cgroup/cpu cgroup rw,cpu,cpuacct 0 0";
const withFile = (path: string, text: string) => ({ ...healthyFiles, [path]: text });
const onV2 = {
  ...withFile("/proc/self/mounts", v2Mounts),
  "/sys/fs/cgroup/cgroup.controllers": "cpuset cpu io memory pids\n",
  "/sys/fs/cgroup/cgroup.subtree_control": "cpu io memory pids\n",
};
const locks = "1: POSIX  ADVISORY  WRITE 812 fe:00:4711 0 EOF\n";

const cases: readonly (readonly [
  title: string,
  situation: Situation,
  expected: readonly [check: string, status: "warning" | "problem", text: RegExp],
])[] = [
  [
    "another Node than the pinned one",
    { machine: machineWith({ nodeVersion: "20.1.0" }) },
    ["node", "problem", /20\.1\.0 runs, 24\.21\.0 is pinned/],
  ],
  [
    "a tree without its watcher",
    { machine: machineWith({ files: without("/tree/packaging/sc-restore") }) },
    ["tree", "problem", /sc-restore is missing/],
  ],
  [
    "a watcher that cannot be run",
    { machine: machineWith({ barred: ["/tree/packaging/sc-restore"] }) },
    ["tree", "problem", /sc-restore cannot be run/],
  ],
  [
    "a clock that is behind the tree",
    { machine: machineWith({ now: () => 1000 }) },
    ["clock", "warning", /earlier/],
  ],
  [
    "v2 without cpu",
    {
      machine: machineWith({ files: { ...onV2, "/sys/fs/cgroup/cgroup.controllers": "memory\n" } }),
    },
    ["control groups", "problem", /v2 without the cpu controller/],
  ],
  [
    "v2 without memory",
    {
      machine: machineWith({ files: { ...onV2, "/sys/fs/cgroup/cgroup.controllers": "cpu io\n" } }),
    },
    ["controllers", "warning", /^no memory: [^;]*$/],
  ],
  [
    "v2 whose top hands no memory down",
    {
      machine: machineWith({
        files: { ...onV2, "/sys/fs/cgroup/cgroup.subtree_control": "cpu\n" },
      }),
    },
    ["delegation", "warning", /hands down no memory/],
  ],
  [
    "no control groups",
    { machine: machineWith({ files: withFile("/proc/self/mounts", "") }) },
    ["control groups", "problem", /neither version is mounted/],
  ],
  [
    "no memory controller",
    { machine: machineWith({ files: withFile("/proc/self/mounts", cpuMounts) }) },
    ["controllers", "warning", /no memory: .*; no freezer: /],
  ],
  [
    "a kernel without burst",
    { machine: machineWith({ files: without("/sys/fs/cgroup/cpu,cpuacct/cpu.cfs_burst_us") }) },
    ["cpu burst", "warning", /no cpu\.cfs_burst_us/],
  ],
  [
    "swap that is not counted",
    {
      machine: machineWith({
        files: {
          ...without("/sys/fs/cgroup/memory/memory.memsw.limit_in_bytes"),
          "/proc/swaps": "Filename\n/dev/sda2 partition 1 0 -2\n",
        },
      }),
    },
    ["swap", "warning", /on, and not counted/],
  ],
  [
    "no LXC",
    { machine: machineWith({ files: without("/usr/bin/lxc-info") }) },
    ["LXC", "warning", /not installed/],
  ],
  [
    "code that does not load",
    { configuration: undefined },
    ["configuration", "problem", /does not load/],
  ],
  [
    "a configuration with a fault",
    {
      configuration: {
        isValid: false,
        path: "/c.yaml",
        faults: [{ place: "drift", text: "is 7, expected one of adopt", line: 2 }],
      },
    },
    ["configuration", "problem", /\/c\.yaml: drift is 7/],
  ],
  [
    "a full disk",
    { machine: machineWith({ freeMib: () => 3 }) },
    ["state folder", "problem", /3 MiB left/],
  ],
  [
    "a folder that cannot be written",
    { machine: machineWith({ barred: ["/run"] }) },
    ["run folder", "problem", /\/run\/sc cannot be written/],
  ],
  [
    "a server that holds the lock and does not answer",
    { machine: machineWith({ files: withFile("/proc/locks", locks) }), health: silent },
    ["server", "problem", /process 812 holds the agent's lock/],
  ],
  [
    "another program that answers",
    {
      health: async () => {
        throw new ApiError({ code: "SC_ANSWER_MALFORMED", status: 200, detail: "none of ours" });
      },
    },
    ["server", "problem", /SC_ANSWER_MALFORMED: none of ours/],
  ],
  [
    "a server that is not ready",
    { health: async () => ({ ...healthy, isReady: false }) },
    ["server", "problem", /not ready/],
  ],
  [
    "a pause of everything",
    { health: async () => ({ ...healthy, isPaused: true }) },
    ["server", "warning", /everything is paused/],
  ],
  [
    "a service that fails",
    {
      health: async () => ({
        ...healthy,
        services: [{ name: "scaler", status: "failing", lastError: "a bug" }],
      }),
    },
    ["services", "problem", /scaler is failing: a bug/],
  ],
  [
    "a history that loses",
    {
      health: async () => ({
        ...healthy,
        history: { lostReadings: 7, lostRecords: 0, queued: 9 },
      }),
    },
    ["history", "warning", /7 readings/],
  ],
  [
    "a history that fails",
    {
      health: async () => ({
        ...healthy,
        history: {
          lostReadings: 7,
          lostRecords: 0,
          queued: 9,
          failure: { code: "SC_HISTORY_FULL", text: "no space" },
        },
      }),
    },
    ["history", "problem", /SC_HISTORY_FULL: no space/],
  ],
  [
    "what the server says of itself",
    {
      health: async () => ({
        ...healthy,
        problems: [{ code: "SC_NAME_TAKEN", text: "two are called web", nextStep: "rename one" }],
      }),
    },
    ["SC_NAME_TAKEN", "problem", /two are called web/],
  ],
  [
    "what the sanity checker advises",
    {
      health: async () => ({
        ...healthy,
        problems: [{ code: "SC_SANITY_BAND_TOO_NARROW", text: "too narrow", structure: "web" }],
      }),
    },
    ["SC_SANITY_BAND_TOO_NARROW", "warning", /^web: too narrow/],
  ],
  [
    "that routes are open, and to whom",
    {
      health: async () => ({
        ...healthy,
        problems: [{ code: "SC_ROUTES_OPEN", text: "for this host, 10.0.0.0/8" }],
      }),
    },
    ["SC_ROUTES_OPEN", "warning", /this host, 10\.0\.0\.0\/8/],
  ],
];

describe("doctor finds, with what to do,", () => {
  for (const [title, situation, [check, status, text]] of cases) {
    test(title, async () => {
      const { report, isFailed } = await reportOf(situation);
      const found = report.findings.filter((finding) => finding.check === check);
      assert.deepEqual(
        found.map((finding) => finding.status),
        [status],
      );
      assert.match(found[0]?.text ?? "", text);
      assert.notEqual(found[0]?.nextStep ?? "", "");
      assert.equal(isFailed, status === "problem");
      assert.equal(report.problems > 0, isFailed);
    });
  }
});
