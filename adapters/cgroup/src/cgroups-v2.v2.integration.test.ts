import { describe } from "node:test";
import { cgroupsSuite } from "@sc/ports/testing";
import { whyNoUnifiedGroups } from "./testing/real-groups.ts";
import { makeRealHarness } from "./testing/real-harness.ts";

describe("the kernel with cgroup v2", { skip: whyNoUnifiedGroups() }, () => {
  cgroupsSuite("KernelCgroups", async () => makeRealHarness());
});
