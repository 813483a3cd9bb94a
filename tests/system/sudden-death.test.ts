import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { whyNoRealGroups } from "@sc/cgroup/testing";
import { eventually, firstLimit, Scene } from "./scene.ts";

/** Longer than a server takes to start: nobody but the next server can put back a limit. */
const longLeaseSeconds = 30;
// Two at a time: they mostly wait for a lease to end.
const options = { skip: whyNoRealGroups(), concurrency: 2 };

describe("a server that dies without a word", options, () => {
  test("is followed by one that knows the first limit of what was squeezed", async () => {
    await using scene = await Scene.open("successor", {
      containers: ["web"],
      configuration: { lease: { seconds: longLeaseSeconds } },
    });
    const web = scene.container("web");
    await eventually("it is squeezed", () => web.isSqueezed());
    await scene.server.end("SIGKILL");
    await scene.server.start();
    assert.equal((await scene.server.api.structure("web")).resources.cpu.first, 80);
    assert.deepEqual((await scene.server.api.release("web")).released, ["web"]);
    assert.deepEqual(web.limit(), firstLimit);
  });

  test("leaves every container with all parts of its first limit", async () => {
    const containers = ["one", "two", "three", "four", "five"];
    await using scene = await Scene.open("all-back", { containers });
    const all = containers.map((name) => scene.container(name));
    all[0]?.work();
    await eventually("the idle ones are squeezed", () =>
      all.slice(1).every((one) => one.isSqueezed()),
    );
    await scene.server.end("SIGKILL");
    await eventually("all limits are back", () => all.every((one) => one.hasFirstLimit()));
    await eventually("nobody watches any more", () => scene.server.watchers().length === 0);
  });
});
