import { describe } from "node:test";
import { cgroupsSuite } from "@sc/ports/testing";
import { whyNoRealGroups } from "./testing/real-groups.ts";
import { makeRealHarness } from "./testing/real-harness.ts";

describe("the kernel with cgroup v1", { skip: whyNoRealGroups() }, () => {
  cgroupsSuite("KernelCgroups", async () => makeRealHarness());
});
