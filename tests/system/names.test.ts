import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { ApiError } from "@sc/api-client";
import { whyNoRealGroups } from "@sc/cgroup/testing";
import { eventually, firstLimit, Scene } from "./scene.ts";

const oddNames = ["with space", "n".repeat(255), "bell\u0007", "red\u001b[31m", "..x", "-x", "ü"];

describe("names from outside", { skip: whyNoRealGroups() }, () => {
  test("that are no names are reported, and their groups are left alone", async () => {
    await using scene = await Scene.open("odd-names", { containers: ["good", ...oddNames] });
    await eventually("the good one is squeezed", () => scene.container("good").isSqueezed());
    const structures = await scene.server.api.structures();
    assert.deepEqual(
      structures.map(({ name }) => name),
      ["good"],
    );
    const { problems, status } = await scene.server.api.health();
    assert.equal(status, "degraded");
    for (const name of oddNames) {
      const what = JSON.stringify(`${scene.groups.root}/${name}`);
      const problem = problems.find(({ text }) => text.startsWith(what));
      assert.equal(problem?.code, "SC_NAME_INVALID", what);
      assert.deepEqual(scene.container(name).limit(), firstLimit, what);
    }
  });

  test("that lead elsewhere are refused by the API with problem details", async () => {
    await using scene = await Scene.open("paths", { containers: ["good"] });
    const { api } = scene.server;
    const outside = scene.groups.root.slice(1);
    const names = [
      "a/b",
      "..",
      "../..",
      ".",
      "a\0",
      "n".repeat(300),
      "%2F",
      `../${outside}`,
      outside,
    ];
    const calls: readonly ((name: string) => Promise<unknown>)[] = [
      (name) => api.structure(name),
      (name) => api.setMode(name, { mode: "auto" }),
      (name) => api.setLimits(name, { resource: "cpu", max: 20 }),
      (name) => api.release(name),
      (name) => api.pause(name),
    ];
    for (const name of names) {
      for (const call of calls) {
        await assert.rejects(call(name), (error) => {
          assert.ok(error instanceof ApiError, String(error));
          assert.match(error.code, /^SC_/);
          assert.ok([400, 404].includes(error.status), `${name}: ${error.status}`);
          return true;
        });
      }
    }
    assert.equal((await api.health()).status, "ok");
  });

  test("of groups outside the configured roots name no container", async () => {
    await using scene = await Scene.open("outside", { containers: ["good"] });
    const inner = `${scene.groups.root}/good/inner`;
    scene.groups.make(inner);
    const sibling = `${scene.groups.root}-sibling`;
    scene.groups.make(sibling);
    scene.groups.write("cpu", `${sibling}/cpu.cfs_quota_us`, "50000");
    await eventually("the one inside is squeezed", () => scene.container("good").isSqueezed());
    for (const name of ["inner", "good/inner", sibling.slice(1), "system.slice"]) {
      const refused = scene.server.api.setMode(name, { mode: "auto" });
      await assert.rejects(refused, { name: "ApiError" });
    }
    assert.equal(scene.groups.read("cpu", `${sibling}/cpu.cfs_quota_us`), "50000");
    assert.equal(scene.groups.read("cpu", `${inner}/cpu.cfs_quota_us`), "-1");
  });
});
