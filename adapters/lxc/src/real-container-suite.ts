import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { afterEach, beforeEach, describe, test } from "node:test";
import { LxcFinder } from "./lxc-finder.ts";
import { RealContainer, whyNoLxc } from "./testing/index.ts";

/** The finder and LXC itself, on the cgroups of the kernel that runs it. */
export function realContainerSuite(): void {
  describe("with a real container", { skip: whyNoLxc() }, () => {
    let container: RealContainer;
    beforeEach(() => {
      container = new RealContainer();
      container.create();
    });
    afterEach(() => container.close());

    test("is found while it runs, and those who watch are told", { timeout: 120_000 }, async () => {
      const finder = new LxcFinder({
        hierarchy: container.hierarchy,
        isWanted: (name) => name === container.name,
      });
      let watch: { cancel(): void } | undefined;
      const noticed = new Promise<void>((resolve) => {
        watch = finder.watch(resolve);
      });
      assert.deepEqual(finder.find(), { containers: [], problems: [] });
      container.start();
      await noticed;
      watch?.cancel();
      const { containers } = finder.find();
      assert.deepEqual(
        containers.map(({ name }) => name),
        [container.name],
      );
      const path = containers[0]?.group.path ?? "";
      const processes = readFileSync(`${container.hierarchy}${path}/cgroup.procs`, "utf8");
      assert.ok(processes.trim() !== "", "the group found is not the one the container runs in");
      container.stop();
      assert.deepEqual(finder.find().containers, []);
    });
  });
}
