import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { whyNoRealGroups } from "@sc/cgroup/testing";
import { eventually, faultyServer, firstLimit, leaseSeconds, Scene } from "./scene.ts";

/** Longer than a server takes to start: nobody but the next server can put back a limit. */
const longLeaseSeconds = 30;
// Two at a time: they mostly wait for a lease to end.
const options = { skip: whyNoRealGroups(), concurrency: 2 };

describe("a server that dies without a word", options, () => {
  for (const fault of ["die before the write", "die after the write"]) {
    const prepare = (label: string, seconds: number): Scene =>
      Scene.prepare(`${fault.replaceAll(" ", "-")}-${label}`, {
        configuration: { lease: { seconds } },
        containers: ["web"],
        program: faultyServer,
        environment: { FAULT: fault },
      });

    test(`leaves the first limit within the lease when it must ${fault}`, async () => {
      await using scene = prepare("alone", leaseSeconds);
      const web = scene.container("web");
      scene.server.launch();
      assert.equal(await scene.server.ended(), "SIGKILL", scene.server.log());
      assert.notDeepEqual(web.limit(), firstLimit, "the burst at least was taken away before");
      await eventually("its limit is back", () => web.hasFirstLimit());
    });

    test(`is followed by one that knows the first limit when it must ${fault}`, async () => {
      await using scene = prepare("followed", longLeaseSeconds);
      const web = scene.container("web");
      scene.server.launch();
      assert.equal(await scene.server.ended(), "SIGKILL", scene.server.log());
      scene.server.useOwnEntry();
      await scene.server.start();
      await eventually("it is squeezed", () => web.isSqueezed());
      assert.deepEqual((await scene.server.api.release("web")).released, ["web"]);
      assert.deepEqual(web.limit(), firstLimit);
    });
  }

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
