import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, test } from "node:test";
import { bootSecondKernel, type SecondKernelEnd, whyNoSecondKernel } from "./boot.ts";

const controllers = "cpu io memory pids";

describe("the second kernel", { skip: whyNoSecondKernel() }, () => {
  let folder: string;
  let output: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "sc-second-kernel-"));
    output = "";
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const boot = (script: string, timeoutSeconds = 100): Promise<SecondKernelEnd> =>
    bootSecondKernel({
      folder,
      command: ["sh", "-c", script, folder],
      timeoutSeconds,
      onOutput: (text) => {
        output += text;
      },
    });

  const processesLeft = (): readonly string[] =>
    readdirSync("/proc").filter((pid) => Number(pid) > 0 && commandOf(pid).includes(folder));

  test("has the controllers of cgroup v2, two disks and the tree, and leaves what is its caller's", async () => {
    const script = [
      "cat /sys/fs/cgroup/cgroup.subtree_control",
      "ls package.json /dev/ubda /dev/ubdb",
      "! touch package.json 2>/dev/null",
      `echo "it's done" >"$0/answer"`,
      "exit 3",
    ];
    assert.deepEqual(await boot(script.join("\n")), { kind: "ended", status: 3 });
    assert.equal(output, `${controllers}\n/dev/ubda\n/dev/ubdb\npackage.json\n`);
    assert.equal(readFileSync(join(folder, "answer"), "utf8"), "it's done\n");
    assert.deepEqual(processesLeft(), []);
  });

  test("that panics says so and what it said before, and has no status", async () => {
    const script = [
      "echo so far",
      "echo 2 >/proc/sys/vm/panic_on_oom",
      "mkdir /sys/fs/cgroup/small",
      "echo 4M >/sys/fs/cgroup/small/memory.max",
      "echo $$ >/sys/fs/cgroup/small/cgroup.procs",
      "head -c 20M /dev/zero | tail >/dev/null",
    ];
    const end = await boot(script.join("\n"));
    assert.ok(end.kind === "panicked");
    assert.match(end.kernelLog, /Kernel panic - not syncing: Out of memory/);
    assert.equal(output, "so far\n");
  });

  test("that is late is ended, with all its processes", async () => {
    // Later than the machine needs to start the first of its processes, and before it is up.
    const { kind } = await boot("sleep 600", 1);
    assert.equal(kind, "late");
    assert.deepEqual(processesLeft(), []);
  });
});

function commandOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8");
  } catch {
    // It ended while we looked.
    return "";
  }
}
