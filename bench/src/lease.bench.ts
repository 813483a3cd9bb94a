import { RealGroups } from "@sc/cgroup/testing";
import { noBrakes, ServerUnderTest, until } from "@sc/server/testing";
import type { Benchmark } from "./benchmark.ts";

const noLimit = "-1";
const defaultWeight = "1024";

/** From the server's sudden death, with nobody to start it again, to every limit as it was at first. */
export const benchmark: Benchmark = {
  name: "lease",
  about:
    "Milliseconds from SIGKILL of the server to the first limit of every squeezed container, quota " +
    "and weight, put back by sc-restore; lease of 10 s.",
  bounds: { restoredMs: 12_000 },
  async run({ isQuick }) {
    const containers = isQuick ? 20 : 200;
    const groups = new RealGroups("bench-lease");
    const paths = Array.from({ length: containers }, (_, index) => `${groups.root}/c${index}`);
    for (const path of paths) groups.make(path);
    let server: ServerUnderTest | undefined;
    try {
      server = await ServerUnderTest.start({
        configuration: {
          engines: { lxc: { enabled: false }, plain: { roots: [groups.root] } },
          defaults: { cpu: { mode: "auto", policy: "serverless-rules" } },
          brakes: noBrakes,
          // A group that nobody leaves after SIGKILL would stay behind.
          host: { ownGroup: false },
        },
      });
      await until("all are squeezed", () => paths.every((path) => isSqueezed(groups, path)), 60);
      await server.end("SIGKILL");
      const killedAt = performance.now();
      await until("all are back", () => paths.every((path) => isBack(groups, path)), 60);
      return { figures: { restoredMs: performance.now() - killedAt, containers } };
    } finally {
      await server?.close();
      await groups.close();
    }
  },
};

const isSqueezed = (groups: RealGroups, path: string): boolean =>
  groups.read("cpu", `${path}/cpu.cfs_quota_us`) !== noLimit;

const isBack = (groups: RealGroups, path: string): boolean =>
  !isSqueezed(groups, path) && groups.read("cpu", `${path}/cpu.shares`) === defaultWeight;
