/*
 * What comes before clients do: an installation is moved in by its files, and the file that the published
 * web interface reads is there.
 */
import assert from "node:assert/strict";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { whyNoRealGroups } from "@sc/cgroup/testing";
import { sctl } from "../command-line.ts";
import { eventually, quickSettings, Scene } from "../scene.ts";

describe("moving in", { skip: whyNoRealGroups() }, () => {
  let scene: Scene;
  before(async () => {
    scene = await Scene.open("moving-in", {
      containers: ["cont0"],
      listen: "127.0.0.1:0",
      configuration: {
        ...quickSettings,
        defaults: { cpu: { mode: "observe" } },
        compatibility: { open: true, hostNames: ["host0"] },
      },
    });
  });
  after(() => scene[Symbol.asyncDispose]());

  const place = (name: string): string => join(scene.server.folder, name);
  const importing = (...words: readonly string[]) =>
    sctl("import", "--socket", scene.server.socket, ...words);

  test("the file that the web interface reads has a whole check", async () => {
    const log = join(scene.server.folder, "state", "sanity_checker.log");
    await eventually("a check is written", () => existsSync(log) && readFileSync(log).length > 0);
    assert.match(
      readFileSync(log, "utf8"),
      /^\[[^\]]+\]INFO:sanity_checker:Checking for invalid configuration\n(\[.*\n)*\[[^\]]+\]INFO:sanity_checker:Sanity checked\n/,
    );
  });

  test("a layout and a changed rule are taken over by the command line", async () => {
    const cont0 = { name: "cont0", mem: { min: 64, max: 512 } };
    const layout = {
      hosts: [{ name: "host0", cpu: 100, mem: 1024, containers: [cont0] }, "host1"],
      apps: [{ name: "app1", containers: ["cont0"] }],
    };
    const { rule } = await scene.server.api.rule("cpu_rescale_up");
    const raise = {
      ...{ type: "rule", name: "CpuRescaleUp", resource: "cpu", active: true, amount: 120 },
      ...{ generates: "requests", rescale_type: "up", rescale_policy: "amount" },
      ...{ rule: rule.condition, events_to_remove: 2 },
    };
    writeFileSync(place("layout.json"), JSON.stringify(layout));
    writeFileSync(place("rules.json"), JSON.stringify([raise]));
    const files = [place("layout.json"), place("rules.json")];

    const dry = await importing("--dry-run", ...files);
    assert.equal(dry.exitCode, 0, dry.stderr);
    assert.match(dry.stdout, /^would change \(nothing was changed\):/);
    assert.equal((await scene.server.api.rule("cpu_rescale_up")).origin, "preset");

    const taken = await importing(...files);
    assert.equal(taken.exitCode, 0, taken.stderr);
    assert.match(taken.stdout, /^layout\.json +container cont0 +is declared$/m);
    assert.match(taken.stdout, /^layout\.json +host host1 +is another host/m);
    const changed = await scene.server.api.rule("cpu_rescale_up");
    assert.ok(changed.rule.kind === "request");
    assert.deepEqual(changed.rule.rescale, { kind: "amount", amount: 120 });
    const { resources } = await scene.server.api.structure("cont0");
    assert.equal(resources.cpu.policy, "serverless-rules");
  });

  test("a broken file changes nothing, and its fault is named", async () => {
    writeFileSync(place("broken.json"), JSON.stringify([{ type: "rule", name: "R" }]));
    const { exitCode, stderr } = await importing(place("broken.json"));
    assert.equal(exitCode, 2);
    assert.match(stderr, /broken\.json: rule R, resource: is none of cpu/);
  });
});
